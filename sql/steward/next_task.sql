-- Takes up the next task that waits, short ones first; no row where none does.
UPDATE steward.task
SET state = 'running', attempts = attempts + 1, started_at = clock_timestamp(), said = ''
WHERE
  task_id = (
    SELECT t.task_id
    FROM steward.task AS t
    WHERE t.state = 'waiting'
    ORDER BY t.kind IN ('accept', 'refuse') DESC, t.task_id ASC
    LIMIT 1
  )
RETURNING task_id, kind, delivery_id, proposal_id, until, reason, asked_by
