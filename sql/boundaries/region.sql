-- The one region that this installation serves; no row before the first load.
-- Inputs: place.region.
SELECT
  name,
  force_code
FROM place.region
WHERE region_id = 1
