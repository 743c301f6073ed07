-- The tiles of a zoom that hold any feature lie in this box: one row. Rows of tiles are counted from the north. Parameters: zoom.
WITH
every AS (
  SELECT st_extent(geom) AS box
  FROM background_feature
  WHERE kind IN ('settlement', 'road', 'green', 'water')
)

SELECT
  cast(floor((st_xmin(box) / 40075016.6856 + 0.5) * 2 ^ :zoom) AS INTEGER) AS west,
  cast(floor((st_xmax(box) / 40075016.6856 + 0.5) * 2 ^ :zoom) AS INTEGER) AS east,
  cast(floor((0.5 - st_ymax(box) / 40075016.6856) * 2 ^ :zoom) AS INTEGER) AS north,
  cast(floor((0.5 - st_ymin(box) / 40075016.6856) * 2 ^ :zoom) AS INTEGER) AS south
FROM every
