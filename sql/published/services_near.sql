-- The nearest services of each kind to a place: inside it, or by straight line from its middle. Up to :most rows a kind. A service is
-- inside where its neighbourhood is: a brief counts services by that, so both say the same.
-- Distance is equirectangular (111.2 km a degree, longitude shortened by latitude): within 0.1% at these distances, and it needs no
-- table of coordinate systems, which the community role may not read.
WITH middle AS (
  SELECT
    geom,
    st_x(st_pointonsurface(geom)) AS lon,
    st_y(st_pointonsurface(geom)) AS lat
  FROM published.place
  WHERE release_id = :release_id AND geography = :geography AND place_code = :code AND geom IS NOT NULL
),

measured AS (
  SELECT
    service.kind,
    service.name,
    service.postcode,
    coalesce(
      CASE :geography
        WHEN 'lsoa' THEN home.place_code = :code
        WHEN 'msoa' THEN home.parent_msoa = :code
        WHEN 'lad' THEN home.parent_lad = :code
        ELSE home.place_code IS NOT NULL
      END, FALSE
    ) AS inside,
    111.2 * sqrt(
      power(service.lat - middle.lat, 2) + power((service.lon - middle.lon) * cos(radians(middle.lat)), 2)
    ) AS km
  FROM published.service
  CROSS JOIN middle
  LEFT JOIN published.place AS home
    ON service.release_id = home.release_id AND home.geography = 'lsoa' AND service.lsoa21_code = home.place_code
  WHERE service.release_id = :release_id AND service.lon IS NOT NULL AND service.lat IS NOT NULL
),

ranked AS (
  SELECT
    kind,
    name,
    postcode,
    inside,
    km,
    row_number() OVER (PARTITION BY kind ORDER BY inside DESC, km ASC, name ASC) AS nearness
  FROM measured
)

SELECT
  kind,
  name,
  postcode,
  inside,
  km
FROM ranked
WHERE nearness <= :most
ORDER BY kind, nearness;
