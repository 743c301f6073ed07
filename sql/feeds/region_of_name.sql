-- The police force area of a name. One row at most.
SELECT
  code,
  name
FROM place.area
WHERE
  geography = 'force'
  AND edition = '2020'
  AND name = :force_area_name;
