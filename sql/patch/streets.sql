-- Roads, railways, waters and named places in sight of a sheet's map, clipped to it and simplified, in degrees. One row a feature.
-- Lines of one class and name are one. Inputs: place.background. Parameters: west, south, east, north (degrees), zoom, tolerance (metres).
WITH
sight AS (
  SELECT st_transform(st_makeenvelope(:west, :south, :east, :north, 4326), 27700) AS geom
),

seen AS (
  SELECT
    feature.class,
    feature.name,
    CASE
      WHEN st_dimension(feature.geom) = 1 THEN st_linemerge(st_collect(st_clipbybox2d(feature.geom, sight.geom)))
      ELSE st_union(st_clipbybox2d(feature.geom, sight.geom))
    END AS geom
  FROM place.background AS feature
  INNER JOIN sight ON st_intersects(feature.geom, sight.geom)
  WHERE
    feature.least_zoom <= :zoom AND feature.kind <> 'green' AND feature.class <> 'path'
    AND (st_dimension(feature.geom) < 2 OR feature.kind = 'water')
  GROUP BY feature.class, feature.name, st_dimension(feature.geom), CASE WHEN st_dimension(feature.geom) = 1 THEN NULL ELSE feature.geom END
)

SELECT
  class,
  name,
  st_asgeojson(st_transform(st_simplifypreservetopology(geom, :tolerance), 4326), 6) AS shape
FROM seen
WHERE NOT st_isempty(geom)
ORDER BY class, name, shape;
