-- Places that meet every factor of a combination, with their neighbours that do too; row-level security applies. One row a place.
-- Inputs: analysis.factor_join. Parameters: combination.
SELECT
  code,
  neighbours,
  joins,
  p_value,
  q_value
FROM analysis.factor_join
WHERE combination = :combination AND period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
ORDER BY code
