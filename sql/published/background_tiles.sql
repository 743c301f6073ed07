-- Tiles of the background that is shown now within a box of one zoom, packed with gzip: one row a tile that holds anything.
-- Parameters: zoom, west, east, north, south (numbers of tiles).
SELECT
  x,
  y,
  body
FROM published.background_tile
WHERE zoom = :zoom AND x BETWEEN :west AND :east AND y BETWEEN :north AND :south
ORDER BY x, y;
