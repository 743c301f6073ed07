-- One row a job that waits or runs: its feed, and whether a run of it has begun.
SELECT
  j.id AS job_id,
  j.args ->> 'feed' AS feed,
  j.status::TEXT AS status,
  j.attempts,
  j.scheduled_at
FROM queue.procrastinate_jobs AS j
WHERE
  j.task_name = 'load_feed'
  AND j.status IN ('todo', 'doing')
ORDER BY j.id
