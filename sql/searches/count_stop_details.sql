-- Fills analysis.stop_detail_count: one row a district x month x object of search x outcome x ethnic group. Searches in the region.
-- A search of a vehicle alone is not_stated. Inputs: stop_in_region (searches/stage_stops).
INSERT INTO analysis.stop_detail_count (lad_code, month, object_of_search, outcome, ethnicity, stops)
SELECT
  lad22_code AS lad_code,
  month,
  object_of_search,
  outcome,
  self_defined AS ethnicity,
  count(*) AS stops
FROM stop_in_region
GROUP BY lad22_code, month, object_of_search, outcome, self_defined
