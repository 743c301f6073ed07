-- The kind of each place that the person may see; row-level security applies. One row a place. Inputs: analysis.place_type_member.
SELECT
  code,
  type_id,
  certainty,
  next_type_id
FROM analysis.place_type_member
WHERE period_end = (SELECT max(latest.period_end) FROM analysis.place_type AS latest)
ORDER BY code
