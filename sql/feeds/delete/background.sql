-- Removes the features of a retired delivery.
DELETE FROM place.background
WHERE delivery_id = :delivery_id;
