-- One row a postcode with coordinates.
-- Inputs: place.postcode.
SELECT
  postcode,
  easting,
  northing
FROM place.postcode
WHERE
  easting IS NOT NULL
  AND northing IS NOT NULL
ORDER BY postcode
