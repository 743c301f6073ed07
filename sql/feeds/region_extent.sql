-- The extent of the region in EPSG:27700: of its force area where that boundary is held, else of its small areas. One row at most.
WITH force_area AS (
  SELECT a.geom
  FROM place.region AS r
  INNER JOIN place.area AS a ON r.force_code = a.code
  WHERE a.geography = 'force' AND a.geom IS NOT NULL
),

small_area AS (
  SELECT a.geom
  FROM place.region AS r
  INNER JOIN place.area_parent AS f ON r.force_code = f.parent_code AND f.child_geography = 'lad'
  INNER JOIN place.area_parent AS p ON f.child_code = p.parent_code AND f.child_edition = p.parent_edition
  INNER JOIN place.area AS a ON p.child_geography = a.geography AND p.child_edition = a.edition AND p.child_code = a.code
  WHERE p.parent_geography = 'lad' AND a.geom IS NOT NULL
),

extent AS (
  SELECT coalesce((SELECT st_extent(geom) FROM force_area), (SELECT st_extent(geom) FROM small_area)) AS box
)

SELECT
  st_xmin(box) AS least_x,
  st_ymin(box) AS least_y,
  st_xmax(box) AS greatest_x,
  st_ymax(box) AS greatest_y
FROM extent
WHERE box IS NOT NULL;
