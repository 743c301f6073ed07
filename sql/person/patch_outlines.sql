-- Outlines of the districts or the MSOA that a patch consists of, WGS84. One row an area.
SELECT
  code,
  name,
  st_asgeojson(st_transform(st_simplifypreservetopology(geom, 30), 4326), 5) AS outline
FROM place.area
WHERE
  geom IS NOT NULL
  AND (
    (:msoa <> '' AND geography = 'msoa' AND code = :msoa)
    OR (:msoa = '' AND geography = 'lad' AND (:district = '' OR code = :district) AND analysis.area_visible(code))
  )
ORDER BY code;
