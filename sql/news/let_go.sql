-- Deletes an address that its own server does not know. Table: asked.alert. Parameter: alert_id.
DELETE FROM asked.alert
WHERE alert_id = :alert_id
