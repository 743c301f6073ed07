-- No further copy is made until its person asks anew. Parameters: task_id, said (why).
UPDATE person.dashboard_copy
SET state = 'ended', said = :said
WHERE copy_id = :task_id;
