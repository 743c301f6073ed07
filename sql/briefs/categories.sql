-- Categories of a release in the order the partnership chose. Grain: one row a category. Reads published.category.
SELECT
  category,
  label,
  description,
  kind
FROM published.category
WHERE release_id = :release_id
ORDER BY position, category
