-- Spans of which figures of a level and a kind were published and not withdrawn, each with its newest release: one row a span. A kind that
-- the newest of these releases defines in other words is another one. Inputs: published.release, published.value, published.category.
-- Parameters: geography, category.
WITH standing AS (
  SELECT
    r.release_id,
    c.description
  FROM published.release AS r
  INNER JOIN published.category AS c ON r.release_id = c.release_id
  WHERE r.status <> 'withdrawn' AND c.category = :category
)

SELECT
  v.period_start,
  v.period_end,
  max(v.release_id) AS release_id
FROM published.value AS v
INNER JOIN standing ON v.release_id = standing.release_id
WHERE
  v.geography = :geography
  AND v.category = :category
  AND standing.description = (
    SELECT newest.description
    FROM standing AS newest
    ORDER BY newest.release_id DESC
    LIMIT 1
  )
GROUP BY v.period_start, v.period_end
ORDER BY v.period_start, v.period_end;
