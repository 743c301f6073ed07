-- Notes until when an address was told. Table: asked.alert. Parameters: alert_id, today.
UPDATE asked.alert SET told_until = :today
WHERE alert_id = :alert_id
