-- Every cell of every release, withdrawn ones included: one row a release x cell; count is NULL where it was withheld.
-- known_least: what its symbol said of a withheld count by the release's own rule for zeros: 1 (it was more than 0) or 0 (nothing).
-- Inputs: published.value, published.release.
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
FROM published.value AS value
INNER JOIN published.release AS release
  ON value.release_id = release.release_id
ORDER BY value.release_id, value.geography, value.edition, value.place_code, value.category
