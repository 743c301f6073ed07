-- Hot spots on a hexagon grid that a partnership chose, in a patch (a district, an MSOA, or '' for all that the person may see). One row a
-- hexagon. A hexagon belongs to the patch as in app_hotspots_hexagons: to its district, and to the MSOA that its middle lies in.
-- Inputs: analysis.grid_hotspot, analysis.hexagon_cell, place.area. Parameters: grid_id, group_id, measure, period_end, district, msoa,
-- drawn (the outline of a patch of one's own, well-known text, EPSG:27700, '' for none).
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
FROM analysis.grid_hotspot AS spot
INNER JOIN analysis.hexagon_cell AS cell ON spot.grid_id = cell.grid_id AND spot.code = cell.code
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
  spot.grid_id = :grid_id AND spot.group_id = :group_id AND spot.measure = :measure
  AND spot.period_end = :period_end
  AND (:district = '' OR spot.lad_code = :district)
  AND (:drawn = '' OR st_covers(st_geomfromtext(nullif(:drawn, ''), 27700), st_centroid(cell.geom)))
  AND (:msoa = '' OR msoa.code = :msoa)
ORDER BY name, spot.code;
