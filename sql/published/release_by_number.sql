-- A release of the past or the one of now: one row, or none where there is none of that number or it was withdrawn.
-- Inputs: published.release. Parameters: release_id.
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
WHERE release_id = :release_id AND status <> 'withdrawn';
