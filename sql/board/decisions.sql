-- Every decision on a model, newest first. One row a decision; row-level security applies. Inputs: analysis.risk_model_decision.
-- Parameters: model_id.
SELECT
  decision,
  board,
  signed_by,
  decided_on,
  valid_until,
  conditions
FROM analysis.risk_model_decision
WHERE model_id = :model_id
ORDER BY decision_id DESC
