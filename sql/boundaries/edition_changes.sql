-- One row a pair of LSOAs 2011 and 2021 that share land.
-- Inputs: place.edition_change.
SELECT
  from_code,
  to_code,
  change
FROM place.edition_change
WHERE
  geography = 'lsoa'
  AND from_edition = '2011'
  AND to_edition = '2021'
ORDER BY from_code, to_code
