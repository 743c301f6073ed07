-- One row a place x category x month with at least one incident that is hot spot input: proactive offences and groups that are no input of
-- hot spot maps are left out.
-- Inputs: analysis.count_month, analysis.category_group_member, analysis.category_group.
-- Parameters: geography, edition, period_start, period_end.
SELECT
  c.code,
  c.category,
  c.month,
  c.incidents
FROM analysis.count_month AS c
WHERE
  c.geography = :geography
  AND c.edition = :edition
  AND c.month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
  AND EXISTS (
    SELECT 1
    FROM analysis.category_group_member AS m
    INNER JOIN analysis.category_group AS g ON m.group_id = g.group_id
    WHERE m.category = c.category AND g.hotspot_input AND NOT m.proactive
  )
ORDER BY c.code, c.category, c.month
