-- Fills analysis.stop_detail_count: one row a district x month x object of search x outcome x ethnic group x whether the outcome is linked
-- to what was looked for. Searches in the region. A search of a vehicle alone is not_stated. Inputs: stop_in_region (searches/stage_stops).
INSERT INTO analysis.stop_detail_count (lad_code, month, object_of_search, outcome, ethnicity, linked, stops)
SELECT
  lad22_code AS lad_code,
  month,
  object_of_search,
  outcome,
  self_defined AS ethnicity,
  CASE linked WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' ELSE 'not_said' END AS linked,
  count(*) AS stops
FROM stop_in_region
GROUP BY lad22_code, month, object_of_search, outcome, self_defined, linked
