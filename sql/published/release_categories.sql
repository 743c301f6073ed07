-- Categories of one release in the order in which the public reads them. One row a category.
SELECT
  category,
  label,
  description,
  kind
FROM published.category
WHERE release_id = :release_id
ORDER BY position, category;
