-- What hot spots this person may look at. One row a geography x group x measure x period; row-level security applies.
SELECT DISTINCT
  geography,
  edition,
  group_id,
  measure,
  period_start,
  period_end,
  run_id,
  expires_on
FROM analysis.hotspot
ORDER BY period_end DESC, geography ASC, edition ASC, group_id ASC, measure ASC;
