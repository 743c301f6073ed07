-- One decision of an ethics board on a model.
INSERT INTO analysis.risk_model_decision (model_id, decision, board, signed_by, decided_on, valid_until, conditions, recorded_by)
VALUES (:model_id, :decision, :board, :signed_by, :decided_on, :valid_until, :conditions, :recorded_by)
