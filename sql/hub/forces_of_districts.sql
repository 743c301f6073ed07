-- The force area of each district, where a lookup was loaded: one row a district. Inputs: place.area_parent.
SELECT
  child_code AS lad,
  parent_code AS force
FROM place.area_parent
WHERE child_geography = 'lad' AND child_edition = '2022' AND parent_geography = 'force'
