-- Removes the stage of analysis.rate_outlier, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_rate_outlier.
DROP TABLE pg_temp.analytics_rate_outlier
