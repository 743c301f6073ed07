-- One row an H3 cell of a resolution, with its exact area. Inputs: place.h3_cell. Parameters: resolution.
SELECT
  to_hex(cell) AS code,
  area_m2
FROM place.h3_cell
WHERE resolution = :resolution
ORDER BY code
