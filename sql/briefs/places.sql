-- Every place of a release, without its outline. Grain: one row a place. Reads published.place.
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
ORDER BY geography ASC, edition DESC, place_code ASC
