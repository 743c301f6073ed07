-- Removes the stage of analysis.stability, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_stability.
DROP TABLE pg_temp.analytics_stability
