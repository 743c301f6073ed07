-- The release that the public sees now: one row, or none before the first release.
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
WHERE status = 'current';
