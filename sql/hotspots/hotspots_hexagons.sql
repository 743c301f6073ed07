-- Hot spots on hexagons of a patch (a district, an MSOA, or '' for all that the person may see). One row a hexagon.
-- A hexagon belongs to the patch that its middle lies in, and one that stands out is named after the MSOA there.
-- Parameters, among others: drawn, the outline of a patch of one's own (well-known text, EPSG:27700), '' for none.
-- Outlines of hexagons that are not significant are left out: the map draws the patch itself in that look, which is one shape instead
-- of thousands.
SELECT
  spot.code,
  coalesce(msoa.name, spot.code) AS name,
  spot.lad_code,
  spot.incidents,
  spot.value,
  spot.gi_z,
  spot.q_value,
  spot.class,
  spot.certainty,
  NULL::DOUBLE PRECISION AS residents,
  CASE WHEN spot.class <> 'not_significant' THEN st_asgeojson(st_transform(cell.geom, 4326), 5) END AS outline
FROM analysis.hotspot AS spot
INNER JOIN place.h3_cell AS cell ON spot.code = to_hex(cell.cell)
-- LIMIT keeps the search for the MSOA out of the join, so that it runs for the hexagons that need it alone
LEFT JOIN LATERAL (
  SELECT
    area.code,
    coalesce(nullif(area.local_name, ''), area.name) AS name
  FROM place.area AS area
  WHERE
    (:msoa <> '' OR spot.class <> 'not_significant')
    AND area.geography = 'msoa' AND st_covers(area.geom, st_centroid(cell.geom))
  ORDER BY area.code
  LIMIT 1
) AS msoa ON TRUE
WHERE
  spot.geography = :geography AND spot.edition = :edition AND spot.group_id = :group_id AND spot.measure = :measure
  AND spot.period_end = :period_end
  AND (:district = '' OR spot.lad_code = :district)
  AND (:drawn = '' OR st_covers(st_geomfromtext(nullif(:drawn, ''), 27700), st_centroid(cell.geom)))
  AND (:msoa = '' OR msoa.code = :msoa)
ORDER BY name, spot.code;
