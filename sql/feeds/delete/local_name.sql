-- Removes the names of a retired delivery.
DELETE FROM place.local_name
WHERE delivery_id = :delivery_id;
