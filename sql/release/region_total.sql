-- Incidents of the whole region in a span of months: one row. What the finest areas must add up to.
-- Inputs: analysis.count_month. Parameters: period_start, period_end.
SELECT coalesce(sum(incidents), 0) AS incidents
FROM analysis.count_month
WHERE geography = 'all' AND month BETWEEN :period_start AND :period_end
