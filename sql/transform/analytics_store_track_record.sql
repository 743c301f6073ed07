-- Moves the staged rows into analysis.track_record. Inputs: pg_temp.analytics_track_record.
INSERT INTO analysis.track_record
SELECT * FROM pg_temp.analytics_track_record
