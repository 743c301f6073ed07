-- Hot spots on hexagons of a patch (a district, an MSOA, or '' for all that the person may see). One row a hexagon.
-- A hexagon belongs to the patch that its middle lies in, and is named after the MSOA there.
-- Outlines of hexagons that are not significant are left out: the map draws the patch itself in that look, which is one shape instead
-- of thousands.
SELECT
  spot.code,
  coalesce(nullif(msoa.local_name, ''), msoa.name, spot.code) AS name,
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
LEFT JOIN place.area AS msoa ON msoa.geography = 'msoa' AND st_covers(msoa.geom, st_centroid(cell.geom))
WHERE
  spot.geography = :geography AND spot.edition = :edition AND spot.group_id = :group_id AND spot.measure = :measure
  AND spot.period_end = :period_end
  AND (:district = '' OR spot.lad_code = :district)
  AND (:msoa = '' OR msoa.code = :msoa)
ORDER BY name, spot.code;
