-- One tile of the background that has this mark, packed with gzip: one row, or none where nothing lies there. Parameters: mark, zoom, x, y.
SELECT t.body
FROM published.background_tile AS t
WHERE
  t.zoom = :zoom
  AND t.x = :x
  AND t.y = :y
  AND :mark IN (SELECT b.mark FROM published.background AS b);
