-- One row an area of one geography and edition, with or without an outline.
-- Inputs: place.area. Parameters: geography, edition.
SELECT
  code,
  name,
  detail
FROM place.area
WHERE
  geography = :geography
  AND edition = :edition
ORDER BY code
