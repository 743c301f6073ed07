-- Every cell of a release, in published order: one row a cell.
-- Inputs: published.value. Parameters: release_id.
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
ORDER BY geography, edition, place_code, category, period_start, period_end
