-- The region that is served: its area's name and its force's. One row.
-- Inputs: place.region.
SELECT
  name,
  force_name
FROM place.region
