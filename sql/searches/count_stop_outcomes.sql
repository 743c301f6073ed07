-- Fills analysis.stop_outcome_count: one row a district x month x object of search x legislation x outcome. Searches in the region.
-- Inputs: record.stop, place.location_place.
INSERT INTO analysis.stop_outcome_count (lad_code, month, object_of_search, legislation, outcome, stops, found, found_known)
SELECT
  p.lad22_code AS lad_code,
  s.month,
  coalesce(s.object_of_search, 'Not stated') AS object_of_search,
  coalesce(s.legislation, 'Not stated') AS legislation,
  coalesce(s.outcome, 'Not stated') AS outcome,
  count(*) AS stops,
  count(*) FILTER (WHERE s.linked) AS found,
  count(s.linked) AS found_known
FROM record.stop AS s
INNER JOIN place.location_place AS p ON s.location_id = p.location_id
WHERE p.lad22_code IS NOT NULL
GROUP BY 1, 2, 3, 4, 5
