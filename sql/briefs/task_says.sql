-- How far a batch is. Parameters: task_id, said.
UPDATE person.brief_batch
SET said = :said
WHERE batch_id = :task_id AND state = 'running'
