-- Risk models that this person may see, newest first, with the latest decision; row-level security applies. One row a model.
-- Inputs: analysis.risk_model, analysis.risk_model_decision.
SELECT
  model.model_id,
  model.group_id,
  model.geography,
  model.edition,
  model.period_start,
  model.period_end,
  model.expires_on,
  model.card,
  model.transparency,
  latest.decision,
  latest.board,
  latest.signed_by,
  latest.decided_on,
  latest.valid_until,
  latest.conditions
FROM analysis.risk_model AS model
LEFT JOIN LATERAL (
  SELECT
    decision.decision,
    decision.board,
    decision.signed_by,
    decision.decided_on,
    decision.valid_until,
    decision.conditions
  FROM analysis.risk_model_decision AS decision
  WHERE decision.model_id = model.model_id
  ORDER BY decision.decision_id DESC
  LIMIT 1
) AS latest ON TRUE
ORDER BY model.model_id DESC;
