-- Removes the stage of analysis.track_standing, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_track_standing.
DROP TABLE pg_temp.analytics_track_standing
