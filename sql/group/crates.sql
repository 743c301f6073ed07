-- The newest crate of each force that a hub ever accepted: one row a force. left_at is filled where it was taken out since.
-- Inputs: hub.crate.
SELECT DISTINCT ON (force_code)
  force_code,
  release,
  added_at,
  left_at,
  why_left
FROM hub.crate
ORDER BY force_code ASC, crate_id DESC
