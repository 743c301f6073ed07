-- Batches that nobody makes any more: the caller holds the lock of the desks, so one that runs has lost its worker. It waits again with
-- what was made of it, and is given up after three attempts. Files are kept for 14 days.
WITH
old AS (
  DELETE FROM person.brief_batch
  WHERE finished_at < clock_timestamp() - INTERVAL '14 days'
)

UPDATE person.brief_batch
SET
  state = CASE WHEN attempts < 3 THEN 'waiting' ELSE 'failed' END,
  said = CASE WHEN attempts < 3 THEN 'its worker died; it goes on from there' ELSE 'given up: its worker died three times' END,
  finished_at = CASE WHEN attempts < 3 THEN NULL ELSE clock_timestamp() END
WHERE state = 'running'
