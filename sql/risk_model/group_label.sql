-- The label of a group of categories. One row at most.
-- Inputs: analysis.category_group. Parameters: group_id.
SELECT label
FROM analysis.category_group
WHERE group_id = :group_id
