-- Overlaps of hot spots with deprivation in the whole region, against chance. One row an overlap definition.
SELECT
  overlap_id,
  places,
  deprived,
  hot,
  hot_and_deprived,
  expected,
  expected_lower,
  expected_upper,
  p_value,
  method
FROM analysis.overlap_summary
WHERE geography = :geography AND edition = :edition AND group_id = :group_id AND period_end = :period_end
ORDER BY overlap_id;
