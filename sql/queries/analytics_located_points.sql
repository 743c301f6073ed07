-- One row a location of the region that any incident lies on, with the places it lies in; EPSG:27700 metres.
-- Inputs: place.location_place.
SELECT
  location_id,
  easting,
  northing,
  lsoa21_code,
  to_hex(h3_r9) AS h3_r9
FROM place.location_place
WHERE lad22_code IS NOT NULL
ORDER BY location_id
