-- The store's ids of points. One row: an id a point that it has, by longitude and latitude. Inputs: record.location.
-- Parameters: lon, lat (arrays of equal length, degrees).
SELECT coalesce(array_agg(l.location_id ORDER BY l.lon, l.lat), '{}') AS location_ids
FROM unnest(cast(:lon AS DOUBLE PRECISION[]), cast(:lat AS DOUBLE PRECISION[])) AS s (lon, lat)
INNER JOIN record.location AS l ON s.lon = l.lon AND s.lat = l.lat;
