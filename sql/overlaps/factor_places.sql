-- Values of every factor in the places that the person may see, latest period. One row a place x factor; row-level security applies.
-- Inputs: analysis.factor_place.
SELECT
  code,
  factor_id,
  value,
  lower,
  upper,
  level,
  sure_level,
  possible_level
FROM analysis.factor_place
WHERE period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
ORDER BY code
