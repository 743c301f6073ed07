-- The release that a brief is made from. Grain: no row or one. Reads published.release.
SELECT
  release_id,
  title,
  published_at,
  period_start,
  period_end,
  months_loaded,
  months_missing,
  unplaced_percent,
  region_name,
  synthetic,
  policy,
  certificate,
  code_version
FROM published.release
WHERE status = 'current'
