-- One row an LSOA that has a name. Inputs: place.area.
SELECT
  edition,
  code,
  name
FROM place.area
WHERE
  geography = 'lsoa'
  AND name <> ''
  AND name <> code
ORDER BY edition, code
