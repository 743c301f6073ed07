-- One row: months loaded and missing, and what became of the incidents of all loaded months.
-- Inputs: analysis.month_status.
SELECT
  count(*) FILTER (WHERE status = 'loaded') AS months_loaded,
  count(*) FILTER (WHERE status = 'gap') AS months_missing,
  min(month) AS first_month,
  max(month) AS last_month,
  cast(coalesce(sum(incidents), 0) AS BIGINT) AS incidents,
  cast(coalesce(sum(unplaced), 0) AS BIGINT) AS unplaced,
  cast(coalesce(sum(outside), 0) AS BIGINT) AS outside
FROM analysis.month_status
