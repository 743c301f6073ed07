-- Fills analysis.month_status: every month from the first to the last loaded, 'loaded' or 'gap' (a gap has no numbers, not zeros).
-- unplaced = the publisher gave no location; outside = the location lies outside the region.
-- Inputs: record.incident, place.location_place.
WITH
per_month AS (
  SELECT
    i.month,
    count(*) AS incidents,
    count(*) FILTER (WHERE i.location_id IS NULL) AS unplaced,
    count(*) FILTER (WHERE i.location_id IS NOT NULL AND p.lad22_code IS NULL) AS outside
  FROM record.incident AS i
  LEFT JOIN place.location_place AS p ON i.location_id = p.location_id
  GROUP BY i.month
),

span AS (
  SELECT cast(generate_series(min(month), max(month), INTERVAL '1 month') AS DATE) AS month
  FROM per_month
)

INSERT INTO analysis.month_status (month, status, incidents, unplaced, outside)
SELECT
  s.month,
  CASE WHEN m.month IS NULL THEN 'gap' ELSE 'loaded' END AS status,
  m.incidents,
  m.unplaced,
  m.outside
FROM span AS s
LEFT JOIN per_month AS m ON s.month = m.month
