-- Where next on neighbourhoods of a patch (a district, an MSOA, or '' for all that the person may see). One row a place.
-- Inputs: analysis.foretold, place.area, place.area_parent. Parameters: geography, edition, group_id, district, msoa, members (of a
-- patch of one's own), tolerance (metres).
SELECT
  foretold.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  foretold.lad_code,
  foretold.expected,
  foretold.low,
  foretold.high,
  foretold.last_month,
  foretold.usual,
  foretold.position,
  foretold.area_share,
  st_asgeojson(st_transform(st_simplifypreservetopology(area.geom, :tolerance), 4326), 5) AS outline
FROM analysis.foretold AS foretold
INNER JOIN place.area AS area
  ON foretold.geography = area.geography AND foretold.edition = area.edition AND foretold.code = area.code
WHERE
  foretold.geography = :geography AND foretold.edition = :edition AND foretold.group_id = :group_id
  AND (:district = '' OR foretold.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR foretold.code = any(cast(:members AS TEXT[])))
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = foretold.geography AND parent.child_edition = foretold.edition AND parent.child_code = foretold.code
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :msoa
    )
  )
ORDER BY foretold.position, foretold.code;
