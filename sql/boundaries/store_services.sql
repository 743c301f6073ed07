-- Coordinates, LSOA 2021 and district of services. Grain: one row a service. Inputs: boundaries_service.
UPDATE record.service AS s
SET
  easting = b.easting,
  northing = b.northing,
  lsoa21_code = b.lsoa21_code,
  lad22_code = b.lad22_code
FROM boundaries_service AS b
WHERE
  s.kind = b.kind
  AND s.service_id = b.service_id
