-- Fills analysis.stop_detail_count: one row a district x month x object of search x outcome x ethnic group. Searches in the region.
-- Groups are the five of the census as in searches/count_stops; a search of a vehicle alone is not_stated.
-- Inputs: record.stop, place.location_place.
INSERT INTO analysis.stop_detail_count (lad_code, month, object_of_search, outcome, ethnicity, stops)
SELECT
  p.lad22_code AS lad_code,
  s.month,
  coalesce(s.object_of_search, 'Not stated') AS object_of_search,
  coalesce(s.outcome, 'Not stated') AS outcome,
  CASE
    WHEN s.self_defined_ethnicity LIKE 'Asian%' THEN 'asian'
    WHEN s.self_defined_ethnicity LIKE 'Black%' THEN 'black'
    WHEN s.self_defined_ethnicity LIKE 'Mixed%' THEN 'mixed'
    WHEN s.self_defined_ethnicity LIKE 'White%' THEN 'white'
    WHEN s.self_defined_ethnicity LIKE 'Other%' AND s.self_defined_ethnicity NOT LIKE '%Not stated' THEN 'other'
    ELSE 'not_stated'
  END AS ethnicity,
  count(*) AS stops
FROM record.stop AS s
INNER JOIN place.location_place AS p ON s.location_id = p.location_id
WHERE p.lad22_code IS NOT NULL
GROUP BY 1, 2, 3, 4, 5
