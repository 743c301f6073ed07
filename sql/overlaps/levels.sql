-- One row a factor x threshold of the latest period. Inputs: analysis.factor_level.
SELECT
  factor_id,
  level,
  label,
  is_default,
  cut,
  meeting,
  meeting_unsure,
  not_meeting_unsure
FROM analysis.factor_level
WHERE period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
ORDER BY factor_id, level
