-- One row a location of the region x group of hot spot input x month with at least one incident, proactive offences left out unless
-- asked for.
-- Inputs: record.incident, place.location_place, analysis.category_group_member, analysis.category_group, analysis.month_status.
-- Parameters: period_start, period_end (both included), with_proactive.
WITH
incident AS (
  SELECT
    location_id,
    month,
    category,
    count(*) AS incidents
  FROM record.incident
  WHERE
    location_id IS NOT NULL
    AND month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
  GROUP BY location_id, month, category
)

SELECT
  p.location_id,
  m.group_id,
  i.month,
  cast(sum(i.incidents) AS BIGINT) AS incidents
FROM incident AS i
INNER JOIN place.location_place AS p ON i.location_id = p.location_id
INNER JOIN analysis.category_group_member AS m ON i.category = m.category
INNER JOIN analysis.category_group AS g ON m.group_id = g.group_id
WHERE
  p.lad22_code IS NOT NULL
  AND g.hotspot_input
  AND (cast(:with_proactive AS BOOLEAN) OR NOT m.proactive)
GROUP BY p.location_id, m.group_id, i.month
