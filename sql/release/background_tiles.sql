-- Vector tiles (MVT) of one zoom within a box of tiles: one row a tile that holds anything; one layer a kind of feature.
-- Lines of one class and name are joined, so that a road of a hundred links is drawn, and named, as one.
-- Input: background_feature. Parameters: zoom, detail (features of a closer least_zoom are left out), west, east, north, south (tiles),
-- tolerance (metres of the projection by which lines are simplified).
WITH
tile AS (
  SELECT
    x,
    y,
    st_tileenvelope(:zoom, x, y) AS box
  FROM generate_series(cast(:west AS INTEGER), cast(:east AS INTEGER)) AS x
  CROSS JOIN generate_series(cast(:north AS INTEGER), cast(:south AS INTEGER)) AS y
),

inside AS (
  SELECT
    t.x,
    t.y,
    t.box,
    f.kind,
    f.class,
    f.dimension,
    -- names of streets have room from here on; those of places always
    CASE WHEN f.dimension = 0 OR (:zoom >= 13 AND f.kind <> 'rail') OR (:zoom >= 11 AND f.kind = 'water') THEN f.name ELSE '' END AS name,
    f.geom
  FROM tile AS t
  INNER JOIN background_feature AS f ON st_intersects(f.geom, st_expand(t.box, 40075016.7 / 2 ^ :zoom / 40))
  WHERE f.least_zoom <= :detail
),

joined AS (
  SELECT
    x,
    y,
    box,
    kind,
    class,
    name,
    st_linemerge(st_collect(geom)) AS geom
  FROM inside
  WHERE dimension = 1
  GROUP BY x, y, box, kind, class, name
  UNION ALL
  SELECT
    x,
    y,
    box,
    kind,
    class,
    name,
    geom
  FROM inside
  WHERE dimension <> 1
),

shape AS (
  SELECT
    x,
    y,
    kind,
    class,
    name,
    st_asmvtgeom(st_simplifypreservetopology(geom, :tolerance), box, 1024, 24, TRUE) AS geom
  FROM joined
),

layer AS (
  SELECT
    x,
    y,
    kind,
    -- of this row class, name and geom go into the tile: what it is grouped by is said by its address and its layer
    st_asmvt(
      cast((class, nullif(name, ''), geom) AS PUBLISHED.BACKGROUND_SHAPE), kind, 1024, 'geom' ORDER BY class, name, st_asbinary(geom)
    ) AS body
  FROM shape
  WHERE geom IS NOT NULL
  GROUP BY x, y, kind
)

SELECT
  x,
  y,
  string_agg(body, cast('' AS BYTEA) ORDER BY kind) AS body
FROM layer
GROUP BY x, y
ORDER BY x, y
