-- Removes the stage of analysis.hotspot, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_hotspot.
DROP TABLE pg_temp.analytics_hotspot
