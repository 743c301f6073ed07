-- Kinds of the current release in its order: one row each. Inputs: published.category, published.release.
SELECT
  c.category,
  c.label
FROM published.category AS c
INNER JOIN published.release AS r ON c.release_id = r.release_id
WHERE r.status = 'current'
ORDER BY c.position;
