-- Alarms without a verdict whose next month is loaded.
-- Inputs: analysis.alarm, analysis.alarm_verdict, analysis.month_status. No parameters.
SELECT
  alarm.month,
  alarm.look,
  alarm.number,
  alarm.group_id,
  alarm.lad_code,
  alarm.codes,
  alarm.before_here,
  alarm.before_region,
  loaded.month AS month_after
FROM analysis.alarm AS alarm
INNER JOIN analysis.month_status AS loaded
  ON cast(alarm.month + INTERVAL '1 month' AS DATE) = loaded.month AND loaded.status = 'loaded'
WHERE
  NOT EXISTS (
    SELECT 1
    FROM analysis.alarm_verdict AS verdict
    WHERE verdict.month = alarm.month AND verdict.look = alarm.look AND verdict.number = alarm.number
  )
ORDER BY alarm.month, alarm.look, alarm.number
