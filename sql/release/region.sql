-- The one region of this installation. Inputs: place.region.
SELECT
  name,
  force_code,
  synthetic
FROM place.region
WHERE region_id = 1
