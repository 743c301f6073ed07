-- Places that stand against their neighbours by rate, and how many are like them; row-level security applies. One row a place of a class.
-- Inputs: analysis.rate_outlier, place.area, place.area_parent. Parameters: geography, edition, group_id, period_end, and the patch:
-- district and msoa ('' for all of it), members (of a patch of one's own).
SELECT
  outlier.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  outlier.class,
  outlier.incidents,
  outlier.residents
FROM analysis.rate_outlier AS outlier
INNER JOIN place.area AS area
  ON outlier.geography = area.geography AND outlier.edition = area.edition AND outlier.code = area.code
WHERE
  outlier.geography = :geography AND outlier.edition = :edition AND outlier.group_id = :group_id
  AND outlier.period_end = :period_end AND outlier.class <> 'not_significant'
  AND (:district = '' OR outlier.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR outlier.code = any(cast(:members AS TEXT[])))
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = outlier.geography AND parent.child_edition = outlier.edition AND parent.child_code = outlier.code
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :msoa
    )
  )
ORDER BY area.name, outlier.code;
