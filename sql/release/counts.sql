-- Counts at the finest grain of a release: one row an LSOA 2021 x publisher's category x loaded month with an incident.
-- Inputs: analysis.count_month. Parameters: period_start, period_end (first days of months, both included).
SELECT
  code,
  category,
  month,
  incidents
FROM analysis.count_month
WHERE
  geography = 'lsoa'
  AND edition = '2021'
  AND month BETWEEN :period_start AND :period_end
ORDER BY code, category, month
