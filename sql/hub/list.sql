-- Every crate that was ever accepted, by force, newest first: one row a crate. Inputs: hub.crate.
SELECT
  force_code,
  release,
  published_at,
  manifest,
  public_key,
  added_at,
  left_out,
  left_at,
  why_left,
  length(packed) AS bytes
FROM hub.crate
ORDER BY force_code ASC, crate_id DESC
