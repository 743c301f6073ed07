-- The newest crate of each force that was ever accepted, by force: one row a force. left_at is filled where it was removed.
-- Inputs: hub.crate.
SELECT DISTINCT ON (force_code)
  crate_id,
  force_code,
  release,
  published_at,
  manifest,
  public_key,
  added_at,
  left_out,
  left_at,
  packed
FROM hub.crate
ORDER BY force_code ASC, crate_id DESC
