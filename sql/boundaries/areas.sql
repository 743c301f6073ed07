-- One row an area of one geography and edition that has an outline.
-- Inputs: place.area. Parameters: geography, edition.
SELECT
  code,
  name,
  detail,
  geom
FROM place.area
WHERE
  geography = :geography
  AND edition = :edition
  AND geom IS NOT NULL
ORDER BY code
