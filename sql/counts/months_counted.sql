-- One row a month of incidents as it was counted; '-infinity' is of partners' events. standing: whether what analysis.count_month holds of
-- the whole region is what analysis.month_status says. Inputs: record.counted_month, counted.whole, analysis.month_status.
WITH
whole AS (
  SELECT
    month,
    sum(incidents) AS incidents
  FROM counted.whole
  GROUP BY month
)

SELECT
  cast(c.month AS TEXT) AS month,
  c.mark,
  c.basis,
  c.deliveries,
  c.categories,
  coalesce(s.incidents - s.unplaced - s.outside, 0) = coalesce(w.incidents, 0) AS standing
FROM record.counted_month AS c
LEFT JOIN analysis.month_status AS s ON c.month = s.month
LEFT JOIN whole AS w ON c.month = w.month
