-- Removes the rows of a retired delivery.
DELETE FROM place.edition_change
WHERE delivery_id = :delivery_id;
