-- One row a loaded month of a span.
-- Inputs: analysis.month_status. Parameters: period_start, period_end (both included).
SELECT month
FROM analysis.month_status
WHERE
  status = 'loaded'
  AND month BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
ORDER BY month
