-- Removes a patch and its areas. Grain: one row. Parameters: name.
DELETE FROM place.patch
WHERE name = :name
