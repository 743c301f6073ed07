-- Whether much of one factor is beside much of another, over the whole region. One row a pair. Inputs: analysis.beside_summary.
SELECT
  first,
  second,
  moran_i,
  expected_lower,
  expected_upper,
  p_value,
  high_beside_high,
  high_beside_high_shuffled
FROM analysis.beside_summary
WHERE period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
ORDER BY p_value, first
