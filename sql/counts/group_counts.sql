-- One row a place x group with at least one incident in a span of months.
-- reported leaves out the offences that police activity itself produces: it is the input of a hot spot map.
-- Inputs: analysis.count_month, analysis.category_group_member. Parameters: geography, edition, period_start, period_end.
SELECT
  c.code,
  m.group_id,
  cast(sum(c.incidents) AS BIGINT) AS incidents,
  cast(coalesce(sum(c.incidents) FILTER (WHERE NOT m.proactive), 0) AS BIGINT) AS reported
FROM analysis.count_month AS c
INNER JOIN analysis.category_group_member AS m ON c.category = m.category
WHERE
  c.geography = :geography
  AND c.edition = :edition
  AND c.month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
GROUP BY c.code, m.group_id
ORDER BY c.code, m.group_id
