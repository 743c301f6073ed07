-- Takes up the next task that waits; no row where none does.
UPDATE problem.task
SET state = 'running', attempts = attempts + 1, started_at = clock_timestamp(), said = ''
WHERE
  task_id = (
    SELECT min(t.task_id)
    FROM problem.task AS t
    WHERE t.state = 'waiting'
  )
RETURNING task_id, kind, file_id, starts, months, least_fall, asked_by
