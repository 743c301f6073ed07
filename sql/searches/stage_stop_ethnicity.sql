-- Makes the temporary table stop_of_person: one row a search of a person in the region, with the ethnic group as the person gave it and
-- as the officer saw it, and what else is noted of it. Groups are the five of the census; "Not stated" and an empty field are not_stated,
-- and neither fills the other. Chinese is Asian, as in the census of 2021. A search of a vehicle alone has no person. Inputs:
-- record.stop, place.location_place.
CREATE TEMPORARY TABLE stop_of_person ON COMMIT DROP AS
SELECT
  p.lad22_code AS lad_code,
  p.lsoa21_code,
  s.month,
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
WHERE p.lad22_code IS NOT NULL AND s.kind IS DISTINCT FROM 'Vehicle search'
