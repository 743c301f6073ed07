-- What the newest release that was not withdrawn says of one place over one period. One row a category. months: those of the period that
-- were loaded, noted: whether the release noted which (both as in published/earlier). Inputs: published.release, published.value,
-- published.category, published.place, published.supplier. Parameters: period_start, period_end, geography, edition, code.
WITH newest AS (
  SELECT max(v.release_id) AS release_id
  FROM published.value AS v
  INNER JOIN published.release AS r ON v.release_id = r.release_id
  WHERE
    r.status <> 'withdrawn'
    AND v.period_start = :period_start
    AND v.period_end = :period_end
    AND v.geography = :geography
    AND v.edition = :edition
    AND v.place_code = :code
),

supplied AS (
  SELECT unnest(s.months_loaded) AS month
  FROM newest
  INNER JOIN published.place AS p ON newest.release_id = p.release_id
  INNER JOIN published.supplier AS s ON p.release_id = s.release_id AND p.supplier = s.code
  WHERE p.geography = :geography AND p.edition = :edition AND p.place_code = :code
),

had AS (
  SELECT month
  FROM supplied
  UNION
  SELECT unnest(r.months_loaded) AS month
  FROM published.release AS r
  INNER JOIN newest ON r.release_id = newest.release_id
  WHERE NOT EXISTS (SELECT FROM supplied)
  UNION
  SELECT (jsonb_array_elements_text(r.certificate -> 'layout' -> 'months_loaded'))::DATE AS month
  FROM published.release AS r
  INNER JOIN newest ON r.release_id = newest.release_id
  WHERE NOT EXISTS (SELECT FROM supplied)
)

SELECT
  v.release_id,
  v.period_start,
  v.period_end,
  array(
    SELECT had.month
    FROM had
    WHERE had.month BETWEEN v.period_start AND v.period_end
    ORDER BY had.month
  ) AS months,
  (
    SELECT r.certificate -> 'layout' ? 'months_loaded' OR (v.period_start >= r.period_start AND v.period_end <= r.period_end)
    FROM published.release AS r
    WHERE r.release_id = newest.release_id
  ) AS noted,
  v.category,
  c.description,
  v.count,
  v.symbol,
  v.lowest,
  v.highest
FROM newest
INNER JOIN published.value AS v ON newest.release_id = v.release_id
INNER JOIN published.category AS c ON v.release_id = c.release_id AND v.category = c.category
WHERE
  v.period_start = :period_start
  AND v.period_end = :period_end
  AND v.geography = :geography
  AND v.edition = :edition
  AND v.place_code = :code
ORDER BY v.category;
