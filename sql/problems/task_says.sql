-- How far a task is. Parameters: task_id, said.
UPDATE problem.task
SET said = :said
WHERE task_id = :task_id AND state = 'running'
