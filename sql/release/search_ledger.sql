-- Every figure of searches of every release, withdrawn ones included: one row a release x figure, with the columns of release/ledger.
-- Inputs: published.search_value, published.search_release.
SELECT
  value.release_id AS release,
  value.geography,
  value.edition,
  value.place_code,
  value.category,
  value.period_start,
  value.period_end,
  value.count,
  value.symbol,
  value.lowest,
  value.highest,
  (value.symbol = '[c]' AND release.policy ->> 'zeros' = 'shown')::INTEGER AS known_least
FROM published.search_value AS value
INNER JOIN published.search_release AS release
  ON value.release_id = release.release_id
ORDER BY value.release_id, value.geography, value.edition, value.place_code, value.category
