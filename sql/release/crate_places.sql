-- Places of one release with the wider areas that they lie in. One row a place.
-- Inputs: published.place. Parameters: release_id.
SELECT
  geography,
  edition,
  place_code,
  name,
  local_name,
  parent_msoa,
  parent_lad,
  residents,
  residents_reference,
  deprivation_decile,
  deprivation_reference
FROM published.place
WHERE release_id = :release_id
ORDER BY geography, edition, place_code
