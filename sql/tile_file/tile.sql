-- One tile of an MBTiles file (SQLite); its rows count from the south.
SELECT tile_data
FROM tiles
WHERE
  zoom_level = :zoom
  AND tile_column = :x
  AND tile_row = :row;
