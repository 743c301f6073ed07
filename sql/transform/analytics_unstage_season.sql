-- Removes the stage of analysis.season, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_season.
DROP TABLE pg_temp.analytics_season
