-- One row a distinct location that has not been placed yet.
-- Inputs: record.location, place.location_place.
SELECT
  l.location_id,
  l.lon,
  l.lat
FROM record.location AS l
LEFT JOIN place.location_place AS p ON l.location_id = p.location_id
WHERE p.location_id IS NULL
ORDER BY l.location_id
