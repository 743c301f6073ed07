-- The middle of every postcode that has one, in EPSG:27700. One row a postcode.
SELECT
  postcode,
  easting,
  northing
FROM place.postcode
WHERE easting IS NOT NULL AND northing IS NOT NULL
ORDER BY postcode;
