-- Notes that the letter that asks for a confirmation was handed over. Table: asked.alert. Parameters: alert_id, today.
UPDATE asked.alert SET asked_back_on = :today
WHERE alert_id = :alert_id
