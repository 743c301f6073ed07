-- One row a child area of one geography and edition and its parent of another.
-- Inputs: place.area_parent. Parameters: child_geography, child_edition, parent_geography, parent_edition.
SELECT
  child_code,
  parent_code
FROM place.area_parent
WHERE
  child_geography = :child_geography
  AND child_edition = :child_edition
  AND parent_geography = :parent_geography
  AND parent_edition = :parent_edition
ORDER BY child_code
