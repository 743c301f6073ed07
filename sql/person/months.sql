-- Months of the analysed span: loaded or a gap. One row a month.
SELECT
  month,
  status,
  incidents,
  unplaced,
  outside
FROM analysis.month_status
ORDER BY month;
