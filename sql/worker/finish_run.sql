-- What an attempt came to.
UPDATE queue.run
SET
  outcome = :outcome,
  message = :message,
  files_loaded = :files_loaded,
  files_unchanged = :files_unchanged,
  files_held = :files_held,
  files_refused = :files_refused,
  rows_in = :rows_in,
  rows_accepted = :rows_accepted,
  rows_rejected = :rows_rejected,
  finished_at = clock_timestamp()
WHERE run_id = :run_id
