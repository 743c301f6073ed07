-- Removes a partner's events of a retired delivery.
DELETE FROM record.event
WHERE delivery_id = :delivery_id;
