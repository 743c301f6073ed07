-- The first and the last month of incidents that is loaded; both NULL where none is. One row.
-- Inputs: analysis.month_status.
SELECT
  min(month) AS first_month,
  max(month) AS last_month
FROM analysis.month_status
WHERE status = 'loaded'
