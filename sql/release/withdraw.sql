-- A release is withdrawn: it is shown no longer, and stays in the ledger, because it was seen. Returns its id; no row
-- where it was withdrawn.
-- Parameters: release_id, reason.
WITH
withdrawn AS (
  UPDATE published.release
  SET status = 'withdrawn'
  WHERE release_id = :release_id AND status <> 'withdrawn'
  RETURNING release_id
)

INSERT INTO published.withdrawal (release_id, reason)
SELECT
  release_id,
  :reason AS reason
FROM withdrawn
RETURNING release_id
