-- Every cell of every release, withdrawn ones included: one row a release x cell; count is NULL where it was withheld.
-- Inputs: published.value.
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
ORDER BY release_id, geography, edition, place_code, category
