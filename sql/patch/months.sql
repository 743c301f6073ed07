-- What was recorded month by month in each neighbourhood (LSOA 2021) of a patch for one group, without what police activity produces, as
-- on the map by number. One row a neighbourhood x month with at least one incident; row-level security applies.
-- Inputs: analysis.count_month, analysis.category_group_member, place.area_parent. Parameters: group_id, period_start, period_end,
-- district, msoa (a district, an MSOA, or '' for all that the person may see), members (of a patch of one's own).
SELECT
  counted.code,
  counted.month,
  sum(counted.incidents) AS incidents
FROM analysis.count_month AS counted
INNER JOIN analysis.category_group_member AS member ON counted.category = member.category
WHERE
  counted.geography = 'lsoa' AND counted.edition = '2021'
  AND member.group_id = :group_id AND NOT member.proactive
  AND counted.month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
  AND (:district = '' OR counted.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR counted.code = any(cast(:members AS TEXT[])))
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS part
      WHERE
        part.child_geography = counted.geography AND part.child_edition = counted.edition AND part.child_code = counted.code
        AND part.parent_geography = 'msoa' AND part.parent_code = :msoa
    )
  )
GROUP BY counted.code, counted.month
ORDER BY counted.code, counted.month;
