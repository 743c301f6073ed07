-- One row a month of a span: loaded or a gap. Inputs: analysis.month_status. Parameters: period_start, period_end.
SELECT
  month,
  status
FROM analysis.month_status
WHERE month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
ORDER BY month
