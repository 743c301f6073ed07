-- How far a task is. Parameters: task_id, said.
UPDATE steward.task
SET said = :said
WHERE task_id = :task_id AND state = 'running'
