-- Removes the areas of a retired delivery.
DELETE FROM place.area
WHERE delivery_id = :delivery_id;
