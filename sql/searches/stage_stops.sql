-- Makes the temporary table stop_in_region: one row a search in the region, with its places, with the ethnic group as the person gave it
-- and as the officer saw it, and what else is noted of it. Groups are the five of the census, from the first words of the police's 18
-- categories; "Not stated" and an empty field are not_stated, and neither fills the other. Chinese is Asian, as in the census of 2021.
-- Inputs: record.stop, place.location_place.
CREATE TEMPORARY TABLE stop_in_region ON COMMIT DROP AS
SELECT
  p.lad22_code,
  p.msoa21_code,
  p.lsoa21_code,
  s.month,
  s.kind,
  coalesce(s.object_of_search, 'Not stated') AS object_of_search,
  coalesce(s.legislation, 'Not stated') AS legislation,
  coalesce(s.outcome, 'Not stated') AS outcome,
  CASE
    WHEN s.self_defined_ethnicity LIKE 'Asian%' THEN 'asian'
    WHEN s.self_defined_ethnicity LIKE 'Black%' THEN 'black'
    WHEN s.self_defined_ethnicity LIKE 'Mixed%' THEN 'mixed'
    WHEN s.self_defined_ethnicity LIKE 'White%' THEN 'white'
    WHEN s.self_defined_ethnicity LIKE 'Other%' AND s.self_defined_ethnicity NOT LIKE '%Not stated' THEN 'other'
    ELSE 'not_stated'
  END AS self_defined,
  CASE
    WHEN s.officer_defined_ethnicity LIKE 'Asian%' THEN 'asian'
    WHEN s.officer_defined_ethnicity LIKE 'Black%' THEN 'black'
    WHEN s.officer_defined_ethnicity LIKE 'Mixed%' THEN 'mixed'
    WHEN s.officer_defined_ethnicity LIKE 'White%' THEN 'white'
    WHEN s.officer_defined_ethnicity LIKE 'Other%' THEN 'other'
    ELSE 'not_stated'
  END AS officer_defined,
  s.linked,
  s.age_range,
  s.gender,
  s.outer_clothing_removed
FROM record.stop AS s
INNER JOIN place.location_place AS p ON s.location_id = p.location_id
WHERE p.lad22_code IS NOT NULL
