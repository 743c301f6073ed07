-- The store's id of each point of the delivery. One row a point.
SELECT
  s.point,
  l.location_id
FROM feeds_location AS s
INNER JOIN record.location AS l ON s.lon = l.lon AND s.lat = l.lat
ORDER BY s.point;
