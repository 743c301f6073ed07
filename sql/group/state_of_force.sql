-- How far a force is with its files: deliveries, and months that are loaded and counted. One row.
-- Inputs: raw.delivery, analysis.month_status.
WITH delivered AS (
  SELECT count(*) AS deliveries
  FROM raw.delivery
),

loaded AS (
  SELECT
    count(*) AS months,
    min(month) AS first_month,
    max(month) AS last_month
  FROM analysis.month_status
  WHERE status = 'loaded'
)

SELECT
  delivered.deliveries,
  loaded.months,
  loaded.first_month,
  loaded.last_month
FROM delivered
CROSS JOIN loaded
