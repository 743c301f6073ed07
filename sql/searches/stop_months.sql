-- Months of searches: all that is held, those without a place and those with one outside the region. One row a month.
-- Inputs: analysis.stop_month, which is the same for everyone.
SELECT
  month,
  searches,
  without_place,
  outside
FROM analysis.stop_month
ORDER BY month;
