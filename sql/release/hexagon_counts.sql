-- Counts by hexagon of resolution 9: one row an H3 cell x publisher's category x loaded month with an incident.
-- Inputs: analysis.count_month. Parameters: period_start, period_end (first days of months, both included).
SELECT
  code,
  category,
  month,
  incidents
FROM analysis.count_month
WHERE
  geography = 'h3'
  AND edition = 'r9'
  AND month BETWEEN :period_start AND :period_end
ORDER BY code, category, month
