-- One row an area of the listed codes: LSOA, MSOA, ward or district of one edition that has an outline.
-- Inputs: place.area. Parameters: codes, edition.
SELECT
  geography,
  code,
  geom
FROM place.area
WHERE
  code = any(:codes)
  AND edition = :edition
  AND geography IN ('lsoa', 'msoa', 'ward', 'lad')
  AND geom IS NOT NULL
ORDER BY geography, code
