-- A search of a member of the board in the audit trail, which is recorded (audit.search_events). One row an event, newest first.
-- Parameters: person, place, action (words), since, until (days), below (a number of an event), most.
SELECT
  event_id,
  at,
  actor,
  credential,
  action,
  subject,
  detail
FROM audit.search_events(
  :person, :place, :action, cast(:since AS DATE), cast(:until AS DATE), cast(:below AS BIGINT), cast(:most AS BIGINT)
)
