-- Months of a span: one row a month that is known, loaded or a gap; a month outside every delivery has no row and counts as a gap.
-- Inputs: analysis.month_status. Parameters: period_start, period_end.
SELECT
  month,
  status,
  incidents,
  unplaced
FROM analysis.month_status
WHERE month BETWEEN :period_start AND :period_end
ORDER BY month
