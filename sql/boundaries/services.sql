-- One row a service that has coordinates of its own or a postcode that has them.
-- Inputs: record.service, place.postcode.
SELECT
  s.kind,
  s.service_id,
  coalesce(s.easting, p.easting) AS easting,
  coalesce(s.northing, p.northing) AS northing
FROM record.service AS s
LEFT JOIN place.postcode AS p ON upper(replace(s.postcode, ' ', '')) = p.postcode
WHERE coalesce(s.easting, p.easting) IS NOT NULL
ORDER BY s.kind, s.service_id
