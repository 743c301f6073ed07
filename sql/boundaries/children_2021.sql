-- One row an LSOA 2021 that lies wholly in one of the listed parents.
-- Inputs: place.area_parent. Parameters: codes, edition (of the parents).
SELECT DISTINCT child_code AS code
FROM place.area_parent
WHERE
  child_geography = 'lsoa'
  AND child_edition = '2021'
  AND parent_code = any(:codes)
  AND parent_edition = :edition
ORDER BY code
