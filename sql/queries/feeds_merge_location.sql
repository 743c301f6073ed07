-- Adds the points that the store has not seen. The order keeps two loads at once from waiting for each other.
INSERT INTO record.location (lon, lat)
SELECT
  s.lon,
  s.lat
FROM feeds_location AS s
WHERE
  NOT EXISTS (
    SELECT 1
    FROM record.location AS l
    WHERE l.lon = s.lon AND l.lat = s.lat
  )
ORDER BY s.lon, s.lat
ON CONFLICT (lon, lat) DO NOTHING;
