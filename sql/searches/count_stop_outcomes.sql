-- Fills analysis.stop_outcome_count: one row a district x month x object of search x legislation x outcome. Searches in the region.
-- Inputs: stop_in_region (searches/stage_stops).
INSERT INTO analysis.stop_outcome_count (lad_code, month, object_of_search, legislation, outcome, stops, found, found_known)
SELECT
  lad22_code AS lad_code,
  month,
  object_of_search,
  legislation,
  outcome,
  count(*) AS stops,
  count(*) FILTER (WHERE linked) AS found,
  count(linked) AS found_known
FROM stop_in_region
GROUP BY lad22_code, month, object_of_search, legislation, outcome
