-- Removes the stage of analysis.track_record, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_track_record.
DROP TABLE pg_temp.analytics_track_record
