-- Removes the stage of analysis.overlap, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_overlap.
DROP TABLE pg_temp.analytics_overlap
