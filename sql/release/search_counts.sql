-- Searches of a span by district, for what is published of them: one row a district x month x object x outcome x ethnic group x link.
-- Inputs: analysis.stop_detail_count. Parameters: period_start, period_end (months).
SELECT
  lad_code,
  month,
  object_of_search,
  outcome,
  ethnicity,
  linked,
  stops
FROM analysis.stop_detail_count
WHERE month BETWEEN :period_start AND :period_end
ORDER BY lad_code, month, object_of_search, outcome, ethnicity, linked
