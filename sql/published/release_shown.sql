-- What a release shows and withholds: one row a level x kind. Inputs: published.value, published.category. Parameter: release_id.
SELECT
  v.geography,
  v.edition,
  v.category,
  c.label,
  count(*) AS figures,
  count(*) - count(v.count) AS withheld
FROM published.value AS v
INNER JOIN published.category AS c ON v.release_id = c.release_id AND v.category = c.category
WHERE v.release_id = :release_id
GROUP BY v.geography, v.edition, v.category, c.label, c.position
ORDER BY v.category LIKE '%violen%' DESC, c.position ASC, v.geography ASC, v.edition ASC
