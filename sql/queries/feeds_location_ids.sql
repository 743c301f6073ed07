-- The store's ids of points. One row a point that it has. Inputs: record.location.
-- Parameters: lon, lat (arrays of equal length, degrees).
SELECT
  l.location_id,
  l.lon,
  l.lat
FROM unnest(cast(:lon AS DOUBLE PRECISION[]), cast(:lat AS DOUBLE PRECISION[])) AS s (lon, lat)
INNER JOIN record.location AS l ON s.lon = l.lon AND s.lat = l.lat;
