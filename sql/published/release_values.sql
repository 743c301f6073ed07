-- Published cells of one release over its whole period. One row a place x category.
SELECT
  geography,
  edition,
  place_code,
  category,
  period_start,
  period_end,
  count,
  symbol,
  lowest,
  highest
FROM published.value
WHERE release_id = :release_id AND period_start = :period_start AND period_end = :period_end
ORDER BY geography, place_code, category;
