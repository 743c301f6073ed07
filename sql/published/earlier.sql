-- What releases before the current one said of one place, over periods that ended before a month. One row a period x category. A period
-- that was released more than once (carried, or corrected) has its newest release; a release that was withdrawn is not shown again.
-- months: those of it that were loaded. A release whose levels have periods of their own notes every month that it had in its certificate;
-- noted: whether it did, or the period lies inside the one of which every release notes them. In a hub they are those of its supplier.
-- Inputs: published.release, published.value, published.category, published.place, published.supplier.
-- Parameters: before (a month), geography, edition, code.
WITH newest AS (
  SELECT
    v.period_start,
    v.period_end,
    max(r.release_id) AS release_id
  FROM published.release AS r
  INNER JOIN published.value AS v ON r.release_id = v.release_id
  WHERE
    r.status = 'superseded'
    AND v.period_end < :before
    AND v.geography = :geography
    AND v.edition = :edition
    AND v.place_code = :code
  GROUP BY v.period_start, v.period_end
),

supplied AS (
  SELECT
    s.release_id,
    unnest(s.months_loaded) AS month
  FROM published.supplier AS s
  INNER JOIN published.place AS p ON s.release_id = p.release_id AND s.code = p.supplier
  WHERE p.geography = :geography AND p.edition = :edition AND p.place_code = :code
),

had AS (
  SELECT
    release_id,
    month
  FROM supplied
  UNION
  SELECT
    release_id,
    unnest(months_loaded) AS month
  FROM published.release
  WHERE release_id NOT IN (SELECT supplied.release_id FROM supplied)
  UNION
  SELECT
    release_id,
    (jsonb_array_elements_text(certificate -> 'layout' -> 'months_loaded'))::DATE AS month
  FROM published.release
  WHERE release_id NOT IN (SELECT supplied.release_id FROM supplied)
)

SELECT
  newest.release_id,
  newest.period_start,
  newest.period_end,
  array(
    SELECT had.month
    FROM had
    WHERE had.release_id = newest.release_id AND had.month BETWEEN newest.period_start AND newest.period_end
    ORDER BY had.month
  ) AS months,
  (
    SELECT r.certificate -> 'layout' ? 'months_loaded' OR (newest.period_start >= r.period_start AND newest.period_end <= r.period_end)
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
INNER JOIN published.value AS v
  ON newest.release_id = v.release_id AND newest.period_start = v.period_start AND newest.period_end = v.period_end
INNER JOIN published.category AS c ON newest.release_id = c.release_id AND v.category = c.category
WHERE
  v.geography = :geography
  AND v.edition = :edition
  AND v.place_code = :code
ORDER BY newest.period_end DESC, newest.release_id DESC, v.category ASC;
