-- The newest events that meet all that is asked; a parameter that is NULL asks nothing. One row an event, newest first.
-- Parameters: person, place, action (words, found anywhere), since, until (moments), most.
SELECT
  event_id,
  at,
  actor,
  credential,
  action,
  subject,
  detail
FROM audit.event
WHERE
  (cast(:person AS TEXT) IS NULL OR strpos(lower(actor), lower(:person)) > 0)
  AND (cast(:action AS TEXT) IS NULL OR strpos(lower(action), lower(:action)) > 0)
  AND (cast(:place AS TEXT) IS NULL OR strpos(lower(subject || ' ' || cast(detail AS TEXT)), lower(:place)) > 0)
  AND (cast(:since AS TIMESTAMPTZ) IS NULL OR at >= :since)
  AND (cast(:until AS TIMESTAMPTZ) IS NULL OR at < :until)
ORDER BY event_id DESC
LIMIT :most
