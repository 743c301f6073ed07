-- What releases before the current one said of one place, over periods that ended before the current one's began. One row a release x
-- category. A period that was released twice (a correction) has its newest release; one that was withdrawn is not shown again.
-- Inputs: published.release, published.value, published.category. Parameters: before (a month), geography, edition, code.
SELECT
  r.release_id,
  r.period_start,
  r.period_end,
  cardinality(r.months_loaded) AS months,
  v.category,
  c.description,
  v.count,
  v.symbol,
  v.lowest,
  v.highest
FROM published.release AS r
INNER JOIN published.value AS v
  ON r.release_id = v.release_id AND r.period_start = v.period_start AND r.period_end = v.period_end
INNER JOIN published.category AS c ON r.release_id = c.release_id AND v.category = c.category
WHERE
  r.status = 'superseded'
  AND r.period_end < :before
  AND v.geography = :geography
  AND v.edition = :edition
  AND v.place_code = :code
  AND NOT EXISTS (
    SELECT 1
    FROM published.release AS later
    WHERE
      later.status = 'superseded'
      AND later.period_start = r.period_start
      AND later.period_end = r.period_end
      AND later.release_id > r.release_id
  )
ORDER BY r.period_end DESC, r.release_id DESC, v.category ASC;
