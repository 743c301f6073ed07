-- One row a category group of the last count, in its order. Inputs: analysis.category_group.
SELECT group_id
FROM analysis.category_group
ORDER BY position
