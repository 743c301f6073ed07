-- Alarms of the first look at a month.
-- Inputs: analysis.alarm. Parameters: month.
SELECT
  group_id,
  codes,
  first_raised
FROM analysis.alarm
WHERE month = cast(:month AS DATE) AND look = 1
ORDER BY number
