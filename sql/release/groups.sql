-- Category groups and their members: one row a group x publisher's category.
-- Inputs: analysis.category_group, analysis.category_group_member.
SELECT
  g.group_id,
  g.label,
  g.description,
  g.position,
  g.kind,
  m.category
FROM analysis.category_group AS g
INNER JOIN analysis.category_group_member AS m ON g.group_id = m.group_id
ORDER BY g.position, g.group_id, m.category
