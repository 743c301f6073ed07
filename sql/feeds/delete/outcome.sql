-- Removes the outcomes of a retired delivery.
DELETE FROM record.outcome
WHERE delivery_id = :delivery_id;
