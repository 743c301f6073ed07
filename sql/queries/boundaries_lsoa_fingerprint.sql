-- One value: a hash of every LSOA outline and of the parents, which changes when any placed point might move.
-- Inputs: place.area, place.area_parent, place.region.
WITH
outlines AS (
  SELECT string_agg(edition || code || md5(st_asbinary(geom)), ',' ORDER BY edition, code) AS content
  FROM place.area
  WHERE
    geography = 'lsoa'
    AND geom IS NOT NULL
),

parents AS (
  SELECT
    string_agg(
      child_code || parent_code, ','
      ORDER BY child_geography, child_edition, child_code, parent_geography, parent_edition
    ) AS content
  FROM place.area_parent
  WHERE parent_geography IN ('msoa', 'lad', 'force')
),

region AS (
  SELECT max(force_code) AS content
  FROM place.region
)

SELECT md5(concat_ws('|', outlines.content, parents.content, region.content)) AS fingerprint
FROM outlines
CROSS JOIN parents
CROSS JOIN region
