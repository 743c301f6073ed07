-- What was recorded in each hexagon of all that the person may see, named after the MSOA that its middle lies in: a density draws on
-- what lies around a patch, too. One row a hexagon of place.h3_cell. inside: whether it belongs to the patch (a district, an MSOA, one's
-- own, or '' for all). Outlines of hexagons of the patch alone.
-- Inputs: analysis.count_month, place.h3_cell, place.area. Row-level security applies to the counts.
-- Parameters: edition (r9, r8, r7), categories, months, district, msoa, drawn (the outline of a patch of one's own, well-known text,
-- EPSG:27700, '' for none).
WITH
counted AS (
  SELECT
    c.code,
    sum(c.incidents) AS incidents,
    count(DISTINCT c.month) AS months_with
  FROM analysis.count_month AS c
  WHERE
    c.geography = 'h3' AND c.edition = :edition
    AND c.category = any(cast(:categories AS TEXT[]))
    AND c.month = any(cast(:months AS DATE[]))
  GROUP BY c.code
)

SELECT
  to_hex(cell.cell) AS code,
  coalesce(msoa.name, to_hex(cell.cell)) AS name,
  cell.lad_code,
  cast(coalesce(counted.incidents, 0) AS BIGINT) AS incidents,
  cast(coalesce(counted.months_with, 0) AS BIGINT) AS months_with,
  cast(NULL AS DOUBLE PRECISION) AS residents,
  cell.area_m2 / 1e6 AS area_km2,
  (:district = '' OR cell.lad_code = :district) AND (:msoa = '' OR msoa.code = :msoa)
  AND (:drawn = '' OR st_covers(st_geomfromtext(nullif(:drawn, ''), 27700), st_centroid(cell.geom))) AS inside,
  CASE
    WHEN
      (:district = '' OR cell.lad_code = :district) AND (:msoa = '' OR msoa.code = :msoa)
      AND (:drawn = '' OR st_covers(st_geomfromtext(nullif(:drawn, ''), 27700), st_centroid(cell.geom)))
      THEN st_asgeojson(st_transform(cell.geom, 4326), 5)
  END AS outline
FROM place.h3_cell AS cell
LEFT JOIN counted ON to_hex(cell.cell) = counted.code
-- LIMIT keeps the search for the MSOA out of the join, so that it runs for the hexagons that need it alone
LEFT JOIN LATERAL (
  SELECT
    area.code,
    coalesce(nullif(area.local_name, ''), area.name) AS name
  FROM place.area AS area
  WHERE
    (:district = '' OR cell.lad_code = :district)
    AND (:msoa <> '' OR counted.incidents > 0)
    AND area.geography = 'msoa' AND st_covers(area.geom, st_centroid(cell.geom))
  ORDER BY area.code
  LIMIT 1
) AS msoa ON TRUE
WHERE
  cell.resolution = cast(substr(:edition, 2) AS INTEGER)
  AND analysis.area_visible(cell.lad_code)
ORDER BY code;
