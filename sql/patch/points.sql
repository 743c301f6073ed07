-- Places of interest in and around a patch: services of every kind that was fed, and stations of the background. One row a place.
-- Inputs: analysis.service_point, analysis.service_kind, place.background. Parameters: west, south, east, north (degrees).
SELECT
  point.kind,
  coalesce(kind.label, '') AS label,
  point.name,
  point.lon,
  point.lat
FROM analysis.service_point AS point
LEFT JOIN analysis.service_kind AS kind ON point.kind = kind.kind
WHERE point.lon BETWEEN :west AND :east AND point.lat BETWEEN :south AND :north
UNION ALL
SELECT
  'station' AS kind,
  'Stations' AS label,
  station.name,
  st_x(st_transform(station.geom, 4326)) AS lon,
  st_y(st_transform(station.geom, 4326)) AS lat
FROM place.background AS station
WHERE
  station.kind = 'station' AND st_geometrytype(station.geom) = 'ST_Point'
  AND st_intersects(station.geom, st_transform(st_makeenvelope(:west, :south, :east, :north, 4326), 27700))
ORDER BY label, name, lon, lat;
