-- Searches by what was searched for, under which law and with what outcome; row-level security applies. One row a district x object of
-- search x legislation x outcome. Inputs: analysis.stop_outcome_count. Parameters: period_start, period_end (months).
SELECT
  lad_code,
  object_of_search,
  legislation,
  outcome,
  cast(sum(stops) AS BIGINT) AS stops,
  cast(sum(found) AS BIGINT) AS found,
  cast(sum(found_known) AS BIGINT) AS found_known
FROM analysis.stop_outcome_count
WHERE month BETWEEN :period_start AND :period_end
GROUP BY lad_code, object_of_search, legislation, outcome
ORDER BY lad_code, object_of_search, legislation, outcome;
