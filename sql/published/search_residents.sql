-- Residents by ethnic group beside the searches of a release: one row a place x group. Inputs: published.search_resident.
-- Parameters: release_id.
SELECT
  geography,
  place_code,
  ethnicity,
  residents
FROM published.search_resident
WHERE release_id = :release_id
ORDER BY geography, place_code, ethnicity
