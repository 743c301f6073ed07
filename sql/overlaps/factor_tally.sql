-- How many places of the region meet at least so many factors of a side, against chance. One row a side x number.
-- Inputs: analysis.factor_tally.
SELECT
  side,
  at_least,
  factors,
  places,
  meeting,
  expected,
  expected_lower,
  expected_upper,
  p_value
FROM analysis.factor_tally
WHERE period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
ORDER BY side, at_least
