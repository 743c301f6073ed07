-- Removes the stage of analysis.emerging, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_emerging.
DROP TABLE pg_temp.analytics_emerging
