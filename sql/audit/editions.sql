-- The editions of a place's brief that were made in the portal, as the person of this session may know of them. One row a release, the
-- newest first. Inputs: audit.editions_of. Parameters: place (a code).
SELECT
  reference,
  release_id,
  made_on
FROM audit.editions_of(:place)
ORDER BY release_id DESC
