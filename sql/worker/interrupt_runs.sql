-- Runs that nobody is running any more: a run holds its feed's lock from before its first row to after its last, and the lock goes with
-- the connection of a process that dies. One row a run that is hereby interrupted.
WITH
suspect AS MATERIALIZED (
  SELECT
    run_id,
    feed
  FROM queue.run
  WHERE outcome = 'running'
),

free AS MATERIALIZED (
  SELECT run_id
  FROM suspect
  WHERE pg_try_advisory_xact_lock(hashtextextended('feed ' || feed, 0))
)

UPDATE queue.run
SET
  outcome = 'interrupted',
  message = 'the worker died in the middle of it; each file is in whole or not at all',
  finished_at = clock_timestamp()
WHERE run_id IN (SELECT run_id FROM free)
RETURNING feed, job_id, attempt
