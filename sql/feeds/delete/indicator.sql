-- Removes the rows of a retired delivery.
DELETE FROM record.indicator
WHERE delivery_id = :delivery_id;
