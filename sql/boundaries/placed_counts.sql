-- One row: how many locations are placed, how many lie in the region, near it (in a loaded LSOA of no district of it), and nowhere.
-- Inputs: place.location_place.
SELECT
  count(*) AS placed,
  count(*) FILTER (WHERE lad22_code IS NOT NULL) AS in_region,
  count(*) FILTER (WHERE lad22_code IS NULL AND lsoa21_code IS NOT NULL) AS near,
  count(*) FILTER (WHERE lad22_code IS NULL AND lsoa21_code IS NULL) AS nowhere
FROM place.location_place
