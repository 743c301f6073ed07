-- A decision of the board on a model (analysis.decide_on_model). Returns its id.
SELECT analysis.decide_on_model(:model_id, :seen, :decision, :board, :words, :until) AS decision_id
