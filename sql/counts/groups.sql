-- One row a category group of the last count, in the order of the definitions.
-- Inputs: analysis.category_group.
SELECT
  group_id,
  kind,
  hotspot_input
FROM analysis.category_group
ORDER BY position
