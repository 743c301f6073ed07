-- Empties place.area_weight of one crossing before it is filled anew. Parameters: from_geography, from_edition, to_geography, to_edition.
DELETE FROM place.area_weight
WHERE
  from_geography = :from_geography
  AND from_edition = :from_edition
  AND to_geography = :to_geography
  AND to_edition = :to_edition
