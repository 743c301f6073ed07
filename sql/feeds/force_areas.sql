-- The police force areas that a lookup names. One row an area.
-- Inputs: place.area.
SELECT
  code,
  name
FROM place.area
WHERE
  geography = 'force'
  AND edition = '2020'
ORDER BY code;
