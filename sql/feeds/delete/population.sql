-- Removes the rows of a retired delivery.
DELETE FROM place.population
WHERE delivery_id = :delivery_id;
