-- How the expected counts and the intervals of a rule did on the months scored, for one geography and group. At most one row.
-- Inputs: analysis.foretold_reliability. Parameters: geography, edition, group_id, rule.
SELECT
  months,
  ratio_after AS ratio,
  busiest_after AS busiest_ratio,
  inside,
  busiest_inside
FROM analysis.foretold_reliability
WHERE
  geography = :geography
  AND edition = :edition
  AND group_id = :group_id
  AND rule = :rule;
