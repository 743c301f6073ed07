-- The newest event of the trail and how many there are. No row where there is none.
SELECT
  event_id,
  hash,
  count(*) OVER () AS events
FROM audit.event
ORDER BY event_id DESC
LIMIT 1
