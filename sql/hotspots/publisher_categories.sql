-- The publisher's categories that the groups hold, and whether police activity itself produces their offences. One row a category.
-- Inputs: analysis.category_group_member.
SELECT
  member.category,
  bool_or(member.proactive) AS proactive
FROM analysis.category_group_member AS member
GROUP BY member.category
ORDER BY member.category;
