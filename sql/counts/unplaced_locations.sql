-- One row: how many locations the place stage has not seen yet.
-- Inputs: record.location, place.location_place.
SELECT count(*) AS locations
FROM record.location AS l
LEFT JOIN place.location_place AS p ON l.location_id = p.location_id
WHERE p.location_id IS NULL
