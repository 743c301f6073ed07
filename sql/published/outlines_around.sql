-- Whole outlines to draw a place among its neighbours: every district of a release, and the areas inside one district.
-- One row a place that has an outline (EPSG:4326).
SELECT
  geography,
  edition,
  place_code,
  parent_msoa,
  parent_lad,
  geom
FROM published.place
WHERE
  release_id = :release_id
  AND geom IS NOT NULL
  AND (geography = 'lad' OR (parent_lad = :lad AND geography IN ('lsoa', 'msoa')))
ORDER BY geography, edition, place_code;
