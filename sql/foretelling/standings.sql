-- How the rule did beside the counts of the months before, on one geography. One row a group x share of the area.
-- Inputs: analysis.foretold_standing. Parameters: geography, edition, group_id ('' for all).
SELECT
  group_id,
  coverage,
  standing,
  months,
  hit_rate,
  counts_hit_rate,
  gain,
  gain_lower,
  gain_upper,
  pai,
  counts_pai,
  pei,
  counts_pei,
  first_month,
  last_month
FROM analysis.foretold_standing
WHERE
  geography = :geography
  AND edition = :edition
  AND (:group_id = '' OR group_id = :group_id)
ORDER BY group_id, coverage
