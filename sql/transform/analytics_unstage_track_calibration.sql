-- Removes the stage of analysis.track_calibration, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_track_calibration.
DROP TABLE pg_temp.analytics_track_calibration
