-- One row an H3 cell of a resolution that stage weights gives residents to. Inputs: place.population. Parameters: edition.
SELECT
  code,
  people AS residents
FROM place.population
WHERE
  geography = 'h3'
  AND edition = :edition
  AND measure = 'residents'
  AND reference = 'census2021 dasymetric'
ORDER BY code
