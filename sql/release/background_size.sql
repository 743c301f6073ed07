-- How large the background is: one row. Inputs: place.background, published.background_tile.
SELECT
  (SELECT count(*) FROM place.background) AS features,
  count(*) AS tiles,
  coalesce(sum(length(body)), 0) AS bytes,
  coalesce(max(length(body)), 0) AS largest
FROM published.background_tile
