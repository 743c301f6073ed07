-- The nearest services of each kind to a place: inside it, or by straight line from its middle. Up to :most rows a kind.
WITH middle AS (
  SELECT
    geom,
    st_pointonsurface(geom) AS point
  FROM published.place
  WHERE release_id = :release_id AND geography = :geography AND place_code = :code AND geom IS NOT NULL
),

ranked AS (
  SELECT
    service.kind,
    service.name,
    service.postcode,
    st_intersects(middle.geom, st_setsrid(st_makepoint(service.lon, service.lat), 4326)) AS inside,
    st_distancesphere(middle.point, st_setsrid(st_makepoint(service.lon, service.lat), 4326)) / 1000.0 AS km,
    row_number() OVER (
      PARTITION BY service.kind
      ORDER BY st_distancesphere(middle.point, st_setsrid(st_makepoint(service.lon, service.lat), 4326)), service.name
    ) AS nearness
  FROM published.service
  CROSS JOIN middle
  WHERE service.release_id = :release_id AND service.lon IS NOT NULL AND service.lat IS NOT NULL
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
