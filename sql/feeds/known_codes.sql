-- Every LSOA and MSOA that a lookup names, by edition. One row a mention: an area has as many as it has parents and changes.
SELECT
  child_geography AS geography,
  child_edition AS edition,
  child_code AS code
FROM place.area_parent
WHERE child_geography IN ('lsoa', 'msoa')
UNION ALL
SELECT
  geography,
  from_edition AS edition,
  from_code AS code
FROM place.edition_change
WHERE geography IN ('lsoa', 'msoa')
UNION ALL
SELECT
  geography,
  to_edition AS edition,
  to_code AS code
FROM place.edition_change
WHERE geography IN ('lsoa', 'msoa');
