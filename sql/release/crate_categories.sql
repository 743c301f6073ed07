-- Category groups of one release in published order. One row a group.
-- Inputs: published.category. Parameters: release_id.
SELECT
  category,
  label,
  description,
  kind
FROM published.category
WHERE release_id = :release_id
ORDER BY position, category
