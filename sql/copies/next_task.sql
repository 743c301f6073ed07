-- Takes up the copy that is due the longest; no row where none is. rights_days: days since the portal saw the person's rights.
UPDATE person.dashboard_copy
SET state = 'running', attempts = attempts + 1, started_at = clock_timestamp(), said = ''
WHERE
  copy_id = (
    SELECT c.copy_id
    FROM person.dashboard_copy AS c
    WHERE c.state = 'waiting' AND c.due_at <= clock_timestamp()
    ORDER BY c.due_at, c.copy_id
    LIMIT 1
  )
RETURNING
  copy_id AS task_id, 'copy' AS kind, person, name, code, every, format, address, role, districts,
  extract(EPOCH FROM clock_timestamp() - seen_at) / 86400 AS rights_days;
