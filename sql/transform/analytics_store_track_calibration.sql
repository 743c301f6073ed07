-- Moves the staged rows into analysis.track_calibration. Inputs: pg_temp.analytics_track_calibration.
INSERT INTO analysis.track_calibration
SELECT * FROM pg_temp.analytics_track_calibration
