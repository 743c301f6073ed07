-- Published cells of one release: one row a place x category x period. Parameter: release_id.
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
WHERE release_id = :release_id
ORDER BY geography, place_code, category;
