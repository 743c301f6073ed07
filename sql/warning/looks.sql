-- One row a look at a month, newest last.
-- Inputs: analysis.alarm_look. No parameters.
SELECT
  month,
  look,
  in_time,
  counts_digest
FROM analysis.alarm_look
ORDER BY month, look
