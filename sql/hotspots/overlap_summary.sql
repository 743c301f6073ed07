-- The hot spot map against the declared factor in the whole region, against chance. At most one row.
-- Inputs: analysis.factor_overlap, whose combination is 'hot_spots.GROUP.MEASURE:CERTAINTY+FACTOR:LEVEL', analysis.factor,
-- analysis.factor_level. Parameters: geography, edition (maps of LSOAs of 2021 alone are set against a factor), group_id, measure,
-- period_end.
SELECT
  found.combination,
  factor.label AS factor,
  level.label AS threshold,
  found.places,
  found.meeting,
  found.expected,
  found.expected_lower,
  found.expected_upper
FROM analysis.factor_overlap AS found
INNER JOIN analysis.factor_level AS level
  ON
    found.period_end = level.period_end
    AND split_part(found.combination, '+', 2) = concat(level.factor_id, ':', level.level)
INNER JOIN analysis.factor AS factor ON level.factor_id = factor.factor_id AND level.period_end = factor.period_end
WHERE
  starts_with(found.combination, concat('hot_spots.', :group_id, '.', :measure, ':'))
  AND found.period_end = :period_end AND :geography = 'lsoa' AND :edition = '2021';
