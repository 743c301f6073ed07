-- One row: searches counted, their months, and those whose ethnicity is not stated.
-- Inputs: analysis.stop_count. Parameters: district ('' = the whole region).
SELECT
  coalesce(sum(stops), 0) AS searches,
  count(DISTINCT month) AS months,
  min(month) AS first_month,
  max(month) AS last_month,
  coalesce(sum(stops) FILTER (WHERE ethnicity = 'not_stated'), 0) AS not_stated
FROM analysis.stop_count
WHERE
  (:district = '' AND geography = 'all')
  OR (geography = 'lad' AND code = :district)
