-- Adds the points that the store has not seen. One row: the ids of those added, by longitude and latitude.
-- The order keeps two loads at once from waiting for each other. Parameters: lon, lat (arrays of equal length, degrees).
WITH
added AS (
  INSERT INTO record.location (lon, lat)
  SELECT
    s.lon,
    s.lat
  FROM unnest(cast(:lon AS DOUBLE PRECISION[]), cast(:lat AS DOUBLE PRECISION[])) AS s (lon, lat)
  WHERE
    NOT EXISTS (
      SELECT 1
      FROM record.location AS l
      WHERE l.lon = s.lon AND l.lat = s.lat
    )
  ORDER BY s.lon, s.lat
  ON CONFLICT (lon, lat) DO NOTHING
  RETURNING location_id, lon, lat
)

SELECT coalesce(array_agg(location_id ORDER BY lon, lat), '{}') AS location_ids
FROM added;
