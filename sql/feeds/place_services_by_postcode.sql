-- Gives each service of a delivery that has no point the point of its postcode. Inputs: feeds_service, place.postcode.
UPDATE feeds_service AS s
SET
  easting = p.easting,
  northing = p.northing
FROM place.postcode AS p
WHERE
  p.postcode = s.postcode
  AND p.easting IS NOT NULL
  AND s.easting IS NULL;
