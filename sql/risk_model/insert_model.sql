-- One new model, closed until a board approves it. Returns its id.
INSERT INTO analysis.risk_model (group_id, geography, edition, period_start, period_end, family, expires_on, card, transparency, run_id)
VALUES (
  :group_id, :geography, :edition, :period_start, :period_end, :family, :expires_on, cast(:card AS JSONB), cast(:transparency AS JSONB),
  :run_id
)
RETURNING model_id
