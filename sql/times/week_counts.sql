-- Records by weekday and hour of every source that gives times; row-level security applies. One row a source x weekday x hour.
-- Inputs: analysis.week_count. Parameters: district ('' for all that the person may see).
SELECT
  source,
  weekday,
  hour,
  min(period_start) AS period_start,
  max(period_end) AS period_end,
  cast(sum(records) AS BIGINT) AS records
FROM analysis.week_count
WHERE :district = '' OR lad_code = :district
GROUP BY source, weekday, hour
ORDER BY source, weekday, hour;
