-- What a batch came to. Parameters: task_id, state ('done' or 'failed'), said.
UPDATE person.brief_batch
SET state = :state, said = :said, finished_at = clock_timestamp()
WHERE batch_id = :task_id
