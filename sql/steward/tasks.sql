-- What the desk asked of the worker, newest first. Only for a steward. Inputs: steward.task.
SELECT
  task_id,
  kind,
  delivery_id,
  proposal_id,
  until,
  reason,
  asked_by,
  asked_at,
  state,
  said,
  finished_at
FROM steward.task
ORDER BY task_id DESC
LIMIT 200
