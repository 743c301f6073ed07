-- Moves the staged rows into analysis.track_standing. Inputs: pg_temp.analytics_track_standing.
INSERT INTO analysis.track_standing
SELECT * FROM pg_temp.analytics_track_standing
