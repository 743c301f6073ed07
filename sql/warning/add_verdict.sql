-- Keep what became of an alarm.
-- Inputs: none. Writes analysis.alarm_verdict.
INSERT INTO analysis.alarm_verdict (month, look, number, lad_code, observed, expected, p_value, verdict, run_id)
VALUES (cast(:month AS DATE), :look, :number, :lad_code, :observed, :expected, :p_value, :verdict, :run_id)
