-- The first look at each month: how many alarms it raised in the whole region. One row a month, newest first.
-- Inputs: analysis.alarm_look. No parameters.
SELECT
  month,
  in_time,
  first_month,
  steps,
  longest,
  least_months,
  kinds,
  places,
  replicates,
  alarms,
  run_id
FROM analysis.alarm_look
WHERE look = 1
ORDER BY month DESC
