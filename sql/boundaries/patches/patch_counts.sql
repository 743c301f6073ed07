-- One row a category group and loaded month: incidents of a patch, the sum over its members. Months and groups without any are left out.
-- Run as a professional it sees only the districts of that person: ask boundaries_patch_hidden first.
-- Inputs: place.patch_area, analysis.count_month, analysis.category_group_member. Parameters: patch_id, period_start, period_end.
SELECT
  m.group_id,
  c.month,
  cast(sum(c.incidents) AS BIGINT) AS incidents
FROM place.patch_area AS a
INNER JOIN analysis.count_month AS c
  ON
    a.geography = c.geography
    AND a.edition = c.edition
    AND a.code = c.code
INNER JOIN analysis.category_group_member AS m ON c.category = m.category
WHERE
  a.patch_id = :patch_id
  AND a.member
  AND c.month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
GROUP BY m.group_id, c.month
ORDER BY m.group_id, c.month
