-- Keep an alarm as it was raised.
-- Inputs: none. Writes analysis.alarm.
INSERT INTO analysis.alarm (
  month, look, number, group_id, lad_code, code, codes, radius_m, since, first_raised, observed, expected, ratio, p_kind, p,
  once_in_months, before_here, before_region, run_id
)
VALUES (
  cast(:month AS DATE), :look, :number, :group_id, :lad_code, :code, :codes, :radius_m, cast(:since AS DATE),
  cast(:first_raised AS DATE), :observed, :expected, :ratio, :p_kind, :p, :once_in_months, :before_here, :before_region, :run_id
)
