-- Months of searches that are loaded: one row a month. Inputs: analysis.stop_month.
SELECT month
FROM analysis.stop_month
ORDER BY month
