-- Closes a run and adds what it measured to its parameters.
UPDATE analysis.run
SET
  finished_at = clock_timestamp(),
  parameters = parameters || cast(:found AS JSONB)
WHERE run_id = :run_id
