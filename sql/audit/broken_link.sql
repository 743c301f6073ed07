-- The first event whose hash does not follow from its content and the event before. No row = the chain is whole.
WITH linked AS (
  SELECT
    event_id,
    previous_hash,
    hash,
    lag(hash, 1, repeat('0', 64)) OVER (ORDER BY event_id) AS expected_previous,
    audit.event_hash(version, previous_hash, event_id, at, actor, credential, action, subject, detail) AS expected_hash
  FROM audit.event
)

SELECT event_id
FROM linked
WHERE previous_hash <> expected_previous OR hash <> expected_hash
ORDER BY event_id
LIMIT 1
