-- Models that the board answers for, each with its latest decision: the newest of each group, and older ones whose approval stands. One row
-- a model; row-level security applies. Inputs: analysis.risk_model, analysis.risk_model_decision.
WITH decided AS (
  SELECT
    model.model_id,
    model.group_id,
    model.expires_on,
    model.card,
    model.transparency,
    latest.decision_id,
    latest.decision,
    latest.board,
    latest.signed_by,
    latest.decided_on,
    latest.valid_until,
    latest.conditions,
    row_number() OVER (PARTITION BY model.group_id ORDER BY model.model_id DESC) AS age
  FROM analysis.risk_model AS model
  LEFT JOIN LATERAL (
    SELECT
      made.decision_id,
      made.decision,
      made.board,
      made.signed_by,
      made.decided_on,
      made.valid_until,
      made.conditions
    FROM analysis.risk_model_decision AS made
    WHERE made.model_id = model.model_id
    ORDER BY made.decision_id DESC
    LIMIT 1
  ) AS latest ON TRUE
)

SELECT
  model_id,
  group_id,
  expires_on,
  card,
  transparency,
  decision_id,
  decision,
  board,
  signed_by,
  decided_on,
  valid_until,
  conditions
FROM decided
WHERE age = 1 OR (decision = 'approved' AND current_date <= least(valid_until, expires_on))
ORDER BY model_id DESC
