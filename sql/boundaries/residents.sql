-- One row an area with its residents.
-- Inputs: place.population. Parameters: geography, edition, reference.
SELECT
  code,
  people
FROM place.population
WHERE
  geography = :geography
  AND edition = :edition
  AND measure = 'residents'
  AND reference = :reference
ORDER BY code
