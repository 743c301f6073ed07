-- One row a neighbourhood of 2021 x month with at least one incident of a group; what police activity itself produces is left out.
-- Inputs: analysis.count_month, analysis.category_group_member. Parameters: group_id, period_start, period_end.
SELECT
  c.code,
  c.month,
  cast(sum(c.incidents) AS BIGINT) AS incidents
FROM analysis.count_month AS c
INNER JOIN analysis.category_group_member AS m ON c.category = m.category
WHERE
  c.geography = 'lsoa'
  AND c.edition = '2021'
  AND m.group_id = :group_id
  AND NOT m.proactive
  AND c.month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
GROUP BY c.code, c.month
ORDER BY c.code, c.month
