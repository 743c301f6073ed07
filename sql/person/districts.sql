-- Districts that have an outline. One row a district.
SELECT
  code,
  name
FROM place.area
WHERE geography = 'lad' AND geom IS NOT NULL
ORDER BY name, code;
