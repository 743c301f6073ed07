-- One row a location of the region that any incident lies on, with the places it lies in; EPSG:27700 metres. Locations of searches and of
-- partners' events alone are left out: no incident can lie on them.
-- Inputs: place.location_place, record.incident.
SELECT
  p.location_id,
  p.easting,
  p.northing,
  p.lsoa21_code,
  p.lad22_code,
  to_hex(p.h3_r9) AS h3_r9
FROM place.location_place AS p
WHERE
  p.lad22_code IS NOT NULL
  AND p.location_id IN (SELECT i.location_id FROM record.incident AS i)
ORDER BY p.location_id
