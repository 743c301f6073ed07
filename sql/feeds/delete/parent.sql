-- Removes the rows of a retired delivery.
DELETE FROM place.area_parent
WHERE delivery_id = :delivery_id;
