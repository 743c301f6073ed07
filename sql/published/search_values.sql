-- Figures of searches of a release: one row a place x group. Inputs: published.search_value. Parameters: release_id.
SELECT
  geography,
  place_code,
  category,
  count,
  symbol,
  lowest,
  highest
FROM published.search_value
WHERE release_id = :release_id
ORDER BY geography, place_code, category
