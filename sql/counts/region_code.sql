-- One row: the code of the region. Inputs: place.region.
SELECT force_code
FROM place.region
