-- The combination that a person chose, over the whole region, against chance; joined: places beside others beyond chance, NULL unless
-- it is at default thresholds. At most one row. Inputs: analysis.factor_overlap, analysis.factor_join. Parameters: combination.
SELECT
  found.combination,
  found.size,
  found.at_defaults,
  found.places,
  found.meeting,
  found.meeting_sure,
  found.meeting_possible,
  found.expected,
  found.expected_lower,
  found.expected_upper,
  found.p_value,
  found.q_value,
  found.expected_independent,
  found.p_independent,
  found.method,
  found.run_id,
  (
    SELECT CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE here.q_value <= 0.05) END
    FROM analysis.factor_join AS here
    WHERE here.combination = found.combination AND here.period_end = found.period_end
  ) AS joined
FROM analysis.factor_overlap AS found
WHERE
  found.combination = :combination
  AND found.period_end = (SELECT max(latest.period_end) FROM analysis.factor AS latest)
