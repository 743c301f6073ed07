-- Removes the stage of analysis.rate, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_rate.
DROP TABLE pg_temp.analytics_rate
