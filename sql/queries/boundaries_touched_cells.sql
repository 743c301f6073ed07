-- One row an H3 cell of resolution 9 in which a location of the region lies.
-- Inputs: place.location_place.
SELECT DISTINCT h3_r9 AS cell
FROM place.location_place
WHERE lad22_code IS NOT NULL
ORDER BY cell
