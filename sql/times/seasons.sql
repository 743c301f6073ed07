-- The season of a group in a district, and in the region ('' as lad_code); row-level security applies. One row a calendar month.
-- Inputs: analysis.season. Parameters: group_id, district.
SELECT
  lad_code,
  calendar_month,
  years,
  incidents,
  ratio,
  lower,
  upper,
  p_value,
  period_start,
  period_end
FROM analysis.season
WHERE group_id = :group_id AND lad_code = :district
ORDER BY calendar_month;
