-- What a task came to. Parameters: task_id, state ('done' or 'failed'), said.
UPDATE problem.task
SET state = :state, said = :said, finished_at = clock_timestamp()
WHERE task_id = :task_id
