-- Events whose hash does not follow from their content and the event before. No row = the chain is whole.
WITH linked AS (
  SELECT
    event_id,
    previous_hash,
    hash,
    lag(hash, 1, repeat('0', 64)) OVER (ORDER BY event_id) AS expected_previous,
    audit.event_hash(previous_hash, at, actor, action, subject, detail) AS expected_hash
  FROM audit.event
)

SELECT event_id
FROM linked
WHERE previous_hash <> expected_previous OR hash <> expected_hash
ORDER BY event_id
LIMIT 1;
