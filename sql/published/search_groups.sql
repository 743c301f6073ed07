-- Groups of searches of a release, in their order: one row a group. Inputs: published.search_group. Parameters: release_id.
SELECT
  category,
  field,
  label
FROM published.search_group
WHERE release_id = :release_id
ORDER BY position
