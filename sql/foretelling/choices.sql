-- What may be foretold to this person: one row a geography x group. made_at: when its run ended.
-- Inputs: analysis.foretold, analysis.run. Row-level security applies.
SELECT DISTINCT
  foretold.geography,
  foretold.edition,
  foretold.group_id,
  foretold.rule,
  foretold.target_month,
  foretold.usual_months,
  foretold.run_id,
  run.finished_at AS made_at
FROM analysis.foretold AS foretold
INNER JOIN analysis.run AS run ON foretold.run_id = run.run_id
ORDER BY foretold.geography, foretold.edition, foretold.group_id
