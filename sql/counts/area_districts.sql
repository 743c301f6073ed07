-- One row an area of the given codes and the district that it lies in. Inputs: place.area_parent. Parameter: codes.
SELECT
  child_geography AS geography,
  child_edition AS edition,
  child_code AS code,
  parent_code AS lad_code
FROM place.area_parent
WHERE
  (child_geography, child_edition) IN (('lsoa', '2011'), ('lsoa', '2021'), ('msoa', '2021'))
  AND child_code = any(:codes)
  AND parent_geography = 'lad'
  AND parent_edition = '2022'
