-- Removes the labels of a retired delivery.
DELETE FROM place.area_label
WHERE delivery_id = :delivery_id;
