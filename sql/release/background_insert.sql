-- The background that is shown from now on: one row. Parameters: mark, attribution, least_zoom, most_zoom. Input: background_feature.
WITH
every AS (
  SELECT st_transform(st_setsrid(cast(st_extent(geom) AS GEOMETRY), 3857), 4326) AS box
  FROM background_feature
  WHERE kind IN ('settlement', 'road', 'green', 'water')
)

INSERT INTO published.background (mark, attribution, least_zoom, most_zoom, west, south, east, north)
SELECT
  :mark AS mark,
  :attribution AS attribution,
  :least_zoom AS least_zoom,
  :most_zoom AS most_zoom,
  st_xmin(box) AS west,
  st_ymin(box) AS south,
  st_xmax(box) AS east,
  st_ymax(box) AS north
FROM every
