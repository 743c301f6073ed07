-- When a model expires and which fields of its owner are empty. One row at most.
-- Inputs: analysis.risk_model. Parameters: model_id.
SELECT
  expires_on,
  card -> 'owner_missing' AS missing
FROM analysis.risk_model
WHERE model_id = :model_id
