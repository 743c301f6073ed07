-- One row a group: rate of a place beside those of its similar areas, latest period; row-level security applies.
-- Inputs: analysis.similar_rate, analysis.category_group. Parameters: code.
SELECT
  seen.group_id,
  grouped.label,
  seen.incidents,
  seen.rate_per_1000,
  seen.areas,
  seen.areas_lower_quarter,
  seen.areas_median,
  seen.areas_upper_quarter,
  seen.areas_together,
  seen.ratio,
  seen.ratio_lower,
  seen.ratio_upper
FROM analysis.similar_rate AS seen
INNER JOIN analysis.category_group AS grouped ON seen.group_id = grouped.group_id
WHERE
  seen.code = :code
  AND seen.period_end = (SELECT max(latest.period_end) FROM analysis.similar_rate AS latest)
ORDER BY grouped.position
