-- One new run of a stage. Returns its id.
INSERT INTO analysis.run (stage, seed, parameters, delivery_ids, code_version)
VALUES (:stage, :seed, cast(:parameters AS JSONB), :delivery_ids, :code_version)
RETURNING run_id
