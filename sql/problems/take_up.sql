-- Tasks that nobody runs any more: the caller holds the lock of the desk, so a task that runs has lost its worker. It waits again, and is
-- given up after three attempts.
UPDATE problem.task
SET
  state = CASE WHEN attempts < 3 THEN 'waiting' ELSE 'failed' END,
  said = CASE WHEN attempts < 3 THEN 'its worker died; it is begun again' ELSE 'given up: its worker died three times' END,
  finished_at = CASE WHEN attempts < 3 THEN NULL ELSE clock_timestamp() END
WHERE state = 'running'
