-- Every LSOA and MSOA that a lookup names, by edition. One row an area.
SELECT
  child_geography AS geography,
  child_edition AS edition,
  child_code AS code
FROM place.area_parent
WHERE child_geography IN ('lsoa', 'msoa')
UNION
SELECT
  geography,
  from_edition AS edition,
  from_code AS code
FROM place.edition_change
WHERE geography IN ('lsoa', 'msoa')
UNION
SELECT
  geography,
  to_edition AS edition,
  to_code AS code
FROM place.edition_change
WHERE geography IN ('lsoa', 'msoa');
