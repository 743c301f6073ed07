-- One row a feed that the worker has tried: its newest run.
SELECT DISTINCT ON (feed)
  feed,
  job_id,
  attempt,
  outcome,
  message,
  files_loaded,
  files_unchanged,
  files_held,
  files_refused,
  rows_in,
  rows_accepted,
  rows_rejected,
  started_at,
  finished_at
FROM queue.run
ORDER BY feed ASC, run_id DESC
