-- Every figure that an earlier release showed for one period, withdrawn releases included: one row a release x cell.
-- Inputs: published.value. Parameters: period_start, period_end.
SELECT
  release_id AS release,
  geography,
  edition,
  place_code,
  category,
  period_start,
  period_end,
  count
FROM published.value
WHERE
  count IS NOT NULL
  AND period_start = :period_start
  AND period_end = :period_end
ORDER BY release_id, geography, edition, place_code, category
