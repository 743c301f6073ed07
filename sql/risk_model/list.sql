-- One row a risk model with its latest decision, newest first. Inputs: analysis.risk_model, analysis.risk_model_decision.
SELECT
  model.model_id,
  model.group_id,
  model.period_start,
  model.period_end,
  model.family,
  model.expires_on,
  latest.decision,
  latest.board,
  latest.signed_by,
  latest.decided_on,
  latest.valid_until
FROM analysis.risk_model AS model
LEFT JOIN LATERAL (
  SELECT
    decision.decision,
    decision.board,
    decision.signed_by,
    decision.decided_on,
    decision.valid_until
  FROM analysis.risk_model_decision AS decision
  WHERE decision.model_id = model.model_id
  ORDER BY decision.decision_id DESC
  LIMIT 1
) AS latest ON TRUE
ORDER BY model.model_id DESC
