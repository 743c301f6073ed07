-- Published figures of a level, a kind and a span in one release: one row a place, ends of the range where the figure is withheld.
-- Input: published.value. Parameters: release_id, geography, category, period_start, period_end.
SELECT
  place_code,
  coalesce(count, lowest) AS low,
  coalesce(count, highest) AS high
FROM published.value
WHERE
  release_id = :release_id
  AND geography = :geography
  AND category = :category
  AND period_start = :period_start
  AND period_end = :period_end
ORDER BY place_code;
