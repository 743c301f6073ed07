-- The extent of the region in EPSG:27700: of its force area where that boundary is held, else of its small areas. One row.
SELECT
  st_xmin(box) AS least_x,
  st_ymin(box) AS least_y,
  st_xmax(box) AS greatest_x,
  st_ymax(box) AS greatest_y
FROM (
  SELECT
    coalesce(
      (
        SELECT st_extent(a.geom)
        FROM place.area AS a
        INNER JOIN place.region AS r ON a.code = r.force_code
        WHERE a.geography = 'force'
      ),
      (
        SELECT st_extent(a.geom)
        FROM place.area AS a
        INNER JOIN place.area_parent AS p
          ON
            a.geography = p.child_geography
            AND a.edition = p.child_edition
            AND a.code = p.child_code
            AND p.parent_geography = 'lad'
        INNER JOIN place.area_parent AS f
          ON
            p.parent_code = f.child_code
            AND p.parent_edition = f.child_edition
            AND f.child_geography = 'lad'
            AND f.parent_geography = 'force'
        INNER JOIN place.region AS r ON f.parent_code = r.force_code
        WHERE a.geography = 'lsoa'
      )
    ) AS box
) AS extent
WHERE box IS NOT NULL;
