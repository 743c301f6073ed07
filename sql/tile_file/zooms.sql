-- The widest and the closest zoom of an MBTiles file (SQLite).
SELECT
  min(zoom_level) AS least,
  max(zoom_level) AS most
FROM tiles;
