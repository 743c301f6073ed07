-- One row a postcode in use that has coordinates (EPSG:27700): where people live, for shares of residents.
-- Inputs: place.postcode.
SELECT
  easting,
  northing,
  lsoa11_code,
  lsoa21_code
FROM place.postcode
WHERE
  NOT terminated
  AND easting IS NOT NULL
  AND northing IS NOT NULL
ORDER BY postcode
