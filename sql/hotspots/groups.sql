-- Category groups with the publisher's categories they hold and those that police activity produces. One row a group.
SELECT
  category_group.group_id,
  category_group.label,
  category_group.description,
  category_group.kind,
  category_group.hotspot_input,
  coalesce(array_agg(member.category ORDER BY member.category) FILTER (WHERE member.category IS NOT NULL), '{}') AS categories,
  coalesce(array_agg(member.category ORDER BY member.category) FILTER (WHERE member.proactive), '{}') AS proactive
FROM analysis.category_group
LEFT JOIN analysis.category_group_member AS member ON category_group.group_id = member.group_id
GROUP BY
  category_group.group_id, category_group.label, category_group.description, category_group.kind, category_group.hotspot_input,
  category_group.position
ORDER BY category_group.position;
