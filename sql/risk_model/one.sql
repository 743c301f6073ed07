-- Card and transparency record of a risk model. One row. Inputs: analysis.risk_model. Parameters: model_id.
SELECT
  card,
  transparency
FROM analysis.risk_model
WHERE model_id = :model_id
