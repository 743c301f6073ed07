-- One row a place x group x publisher's category with at least one incident in a span of months; proactive offences left out.
-- Inputs: analysis.count_month, analysis.category_group_member. Parameters: geography, edition, period_start, period_end.
SELECT
  c.code,
  m.group_id,
  c.category,
  cast(sum(c.incidents) AS BIGINT) AS incidents
FROM analysis.count_month AS c
INNER JOIN analysis.category_group_member AS m ON c.category = m.category
WHERE
  c.geography = :geography
  AND c.edition = :edition
  AND c.month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
  AND NOT m.proactive
GROUP BY c.code, m.group_id, c.category
ORDER BY c.code, m.group_id, c.category
