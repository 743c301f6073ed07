-- Groups that are looked at, in the order of the definitions. One row a group.
-- Inputs: analysis.category_group. No parameters.
SELECT
  group_id,
  label
FROM analysis.category_group
WHERE hotspot_input
ORDER BY position
