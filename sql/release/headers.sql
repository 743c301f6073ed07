-- Every release there was, with all that is said of it as a whole, in order of publication: one row a release.
-- Inputs: published.release.
SELECT
  release_id,
  title,
  published_at,
  period_start,
  period_end,
  months_loaded,
  unplaced_percent,
  region_name,
  synthetic,
  policy,
  certificate,
  code_version,
  status
FROM published.release
ORDER BY release_id
