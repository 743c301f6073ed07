-- One row a place x group x month with at least one incident that is hot spot input: proactive offences and groups that are no input
-- of hot spot maps are left out.
-- Inputs: analysis.count_month, analysis.category_group_member, analysis.category_group.
-- Parameters: geography, edition, period_start, period_end.
SELECT
  c.code,
  m.group_id,
  c.month,
  cast(sum(c.incidents) AS BIGINT) AS incidents
FROM analysis.count_month AS c
INNER JOIN analysis.category_group_member AS m ON c.category = m.category
INNER JOIN analysis.category_group AS g ON m.group_id = g.group_id
WHERE
  c.geography = :geography
  AND c.edition = :edition
  AND c.month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
  AND g.hotspot_input
  AND NOT m.proactive
GROUP BY c.code, m.group_id, c.month
ORDER BY c.code, m.group_id, c.month
