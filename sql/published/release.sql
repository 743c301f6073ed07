-- The release that the public sees now, or one of the past by its number: one row, or none before the first one, where there is none of
-- that number, or where it was withdrawn. Inputs: published.release. Parameters: release_id (NULL for the one of now).
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
WHERE
  CASE
    WHEN cast(:release_id AS BIGINT) IS NULL THEN status = 'current'
    ELSE release_id = :release_id AND status <> 'withdrawn'
  END;
