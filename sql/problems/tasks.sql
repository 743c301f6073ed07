-- What a file asked of the worker, the newest first: one row each. Parameter: file_id.
SELECT
  kind,
  state,
  said,
  asked_by,
  asked_at
FROM problem.task
WHERE file_id = :file_id
ORDER BY task_id DESC
