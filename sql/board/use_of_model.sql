-- Who looked at a model, by role; for members of the board. One row a role. Inputs: audit.use_of_model. Parameters: model_id.
SELECT
  role,
  people,
  views,
  taken,
  last_at
FROM audit.use_of_model(:model_id)
