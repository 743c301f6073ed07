-- Published cells of named places over one period. Grain: one row a place x category. Reads published.value.
SELECT
  geography,
  edition,
  place_code,
  category,
  count,
  symbol
FROM published.value
WHERE
  release_id = :release_id
  AND period_start = :period_start
  AND period_end = :period_end
  AND place_code = any(:codes)
ORDER BY geography, edition, place_code, category
