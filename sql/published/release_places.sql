-- Places of one release, without their outlines. One row a place.
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
  deprivation_reference,
  supplier
FROM published.place
WHERE release_id = :release_id
ORDER BY name, place_code;
