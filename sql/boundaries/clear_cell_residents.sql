-- Removes the estimated residents of hexagons before they are estimated anew. Parameters: reference.
DELETE FROM place.population
WHERE
  geography = 'h3'
  AND measure = 'residents'
  AND reference = :reference
