-- Makes the temporary table stop_of_person: one row a search of a person in the region. A search of a vehicle alone has no person.
-- Inputs: stop_in_region (searches/stage_stops).
CREATE TEMPORARY TABLE stop_of_person ON COMMIT DROP AS
SELECT
  lad22_code AS lad_code,
  lsoa21_code,
  month,
  self_defined,
  officer_defined,
  linked,
  age_range,
  gender,
  outer_clothing_removed
FROM stop_in_region
WHERE kind IS DISTINCT FROM 'Vehicle search'
