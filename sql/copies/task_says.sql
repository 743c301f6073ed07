-- How far a copy is. Parameters: task_id, said.
UPDATE person.dashboard_copy
SET said = :said
WHERE copy_id = :task_id AND state = 'running';
