-- sqlfluff:dialect:duckdb
-- The incidents with the LSOA 2021 that each lies in, NULL for none; a point that incidents share is looked up once.
-- Inputs: incident, area.
CREATE TABLE placed AS
WITH point AS (
  SELECT DISTINCT
    lon,
    lat
  FROM incident
  WHERE lon IS NOT NULL
),

placed_point AS (
  SELECT
    p.lon,
    p.lat,
    a.code
  FROM point AS p
  INNER JOIN area AS a ON st_within(st_point(p.lon, p.lat), a.geom)
)

SELECT
  i.*,
  p.code
FROM incident AS i
LEFT JOIN placed_point AS p ON i.lon = p.lon AND i.lat = p.lat
