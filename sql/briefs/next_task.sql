-- Takes up the next batch that waits; no row where none does.
UPDATE person.brief_batch
SET state = 'running', attempts = attempts + 1, started_at = clock_timestamp(), said = ''
WHERE
  batch_id = (
    SELECT min(b.batch_id)
    FROM person.brief_batch AS b
    WHERE b.state = 'waiting'
  )
RETURNING batch_id AS task_id, 'batch' AS kind, person, author, level, district, formats, without
