-- One row a group of hot spot input x category of it that police activity does not produce.
-- Inputs: analysis.category_group, analysis.category_group_member.
SELECT
  g.group_id,
  m.category
FROM analysis.category_group AS g
INNER JOIN analysis.category_group_member AS m ON g.group_id = m.group_id
WHERE g.hotspot_input AND NOT m.proactive
ORDER BY g.position, m.category
