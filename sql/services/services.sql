-- One row an open service: its point, or that of its postcode, or neither. Inputs: record.service, place.postcode.
SELECT
  s.kind,
  s.service_id,
  s.name,
  s.delivery_id,
  coalesce(s.easting, p.easting) AS easting,
  coalesce(s.northing, p.northing) AS northing
FROM record.service AS s
LEFT JOIN place.postcode AS p ON upper(replace(s.postcode, ' ', '')) = p.postcode
WHERE s.status = 'open'
ORDER BY s.kind, s.service_id
