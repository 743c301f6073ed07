-- A batch that cannot be made now waits again. Parameters: task_id, said.
UPDATE person.brief_batch
SET state = 'waiting', attempts = attempts - 1, said = :said
WHERE batch_id = :task_id
