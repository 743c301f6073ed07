-- What an MBTiles file says of itself (SQLite).
SELECT
  name,
  value
FROM metadata;
