-- Hot spots on census areas of a patch, with residents. One row a place. A patch is a district, an MSOA, the neighbourhoods of a patch of
-- one's own (members), or '' and none for all that the person may see.
SELECT
  spot.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  spot.lad_code,
  spot.incidents,
  spot.value,
  spot.gi_z,
  spot.q_value,
  spot.class,
  spot.certainty,
  rate.residents,
  st_asgeojson(st_transform(st_simplifypreservetopology(area.geom, :tolerance), 4326), 5) AS outline
FROM analysis.hotspot AS spot
INNER JOIN place.area AS area ON spot.geography = area.geography AND spot.edition = area.edition AND spot.code = area.code
LEFT JOIN analysis.rate AS rate
  ON
    spot.geography = rate.geography AND spot.edition = rate.edition AND spot.code = rate.code AND spot.group_id = rate.group_id
    AND spot.period_end = rate.period_end
WHERE
  spot.geography = :geography AND spot.edition = :edition AND spot.group_id = :group_id AND spot.measure = :measure
  AND spot.period_end = :period_end
  AND (:district = '' OR spot.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR spot.code = any(cast(:members AS TEXT[])))
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = spot.geography AND parent.child_edition = spot.edition AND parent.child_code = spot.code
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :msoa
    )
  )
ORDER BY area.name, spot.code;
