-- Appends one event to the audit trail. Returns its id.
SELECT audit.record(:actor, :action, :subject, cast(:detail AS JSONB)) AS event_id
