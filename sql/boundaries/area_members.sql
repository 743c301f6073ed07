-- The LSOAs of 2021 of an area of 2021. One row an LSOA.
-- Inputs: place.area_parent. Parameters: geography, edition, code.
SELECT :code AS code
WHERE :geography = 'lsoa'
UNION
SELECT child_code AS code
FROM place.area_parent
WHERE
  child_geography = 'lsoa'
  AND child_edition = '2021'
  AND parent_geography = :geography
  AND parent_edition = :edition
  AND parent_code = :code
ORDER BY code
