-- One row a loaded month as it was counted last. Inputs: analysis.month_status. Parameter: months, which are counted anew and left out.
SELECT
  month,
  incidents,
  unplaced,
  outside
FROM analysis.month_status
WHERE
  status = 'loaded'
  AND NOT month = any(cast(:months AS DATE[]))
