-- Fills analysis.stop_month: one row a month of searches, with those that no place was given for and those outside the region.
-- Inputs: record.stop, place.location_place.
INSERT INTO analysis.stop_month (month, searches, without_place, outside)
SELECT
  s.month,
  count(*) AS searches,
  count(*) FILTER (WHERE s.location_id IS NULL) AS without_place,
  count(*) FILTER (WHERE s.location_id IS NOT NULL AND p.lad22_code IS NULL) AS outside
FROM record.stop AS s
LEFT JOIN place.location_place AS p ON s.location_id = p.location_id
GROUP BY s.month
