-- Removes the searches of a retired delivery.
DELETE FROM record.stop
WHERE delivery_id = :delivery_id;
