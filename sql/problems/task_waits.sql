-- A task that cannot be done now waits again. Parameters: task_id, said.
UPDATE problem.task
SET state = 'waiting', attempts = attempts - 1, said = :said
WHERE task_id = :task_id
