-- Events that tell of a file of this hash, the newest first. One row an event. Inputs: audit.event. Parameters: sha256 (hexadecimal).
SELECT
  event_id,
  at,
  actor,
  action,
  subject,
  detail
FROM audit.event
WHERE subject IN ('place_brief', 'assessment') AND jsonb_exists(detail -> 'files', :sha256)
ORDER BY event_id DESC
LIMIT 1
