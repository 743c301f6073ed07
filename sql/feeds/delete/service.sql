-- Removes the rows of a retired delivery.
DELETE FROM record.service
WHERE delivery_id = :delivery_id;
