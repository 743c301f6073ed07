-- One release with its certificate; release_id NULL means the current one.
-- Inputs: published.release. Parameters: release_id.
SELECT
  release_id,
  policy,
  certificate
FROM published.release
WHERE
  release_id = cast(:release_id AS BIGINT)
  OR (cast(:release_id AS BIGINT) IS NULL AND status = 'current')
