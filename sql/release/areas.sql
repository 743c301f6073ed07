-- The finest areas of a release of neighbourhoods: one row an LSOA 2021 of the region, with the areas it lies in (exact fit).
-- Every LSOA is here, whether or not anything was recorded in it: a published 0 needs its place.
-- Inputs: place.region, place.area_parent.
SELECT
  l.child_code AS lsoa_2021,
  m.parent_code AS msoa_2021,
  l.parent_code AS lad_2022,
  r.force_code AS region
FROM place.region AS r
INNER JOIN place.area_parent AS d
  ON
    r.force_code = d.parent_code
    AND d.child_geography = 'lad'
    AND d.child_edition = '2022'
    AND d.parent_geography = 'force'
INNER JOIN place.area_parent AS l
  ON
    d.child_code = l.parent_code
    AND l.child_geography = 'lsoa'
    AND l.child_edition = '2021'
    AND l.parent_geography = 'lad'
    AND l.parent_edition = '2022'
INNER JOIN place.area_parent AS m
  ON
    l.child_code = m.child_code
    AND m.child_geography = 'lsoa'
    AND m.child_edition = '2021'
    AND m.parent_geography = 'msoa'
    AND m.parent_edition = '2021'
ORDER BY l.child_code
