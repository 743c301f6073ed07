-- Every release there was, newest first: one row a release.
-- Inputs: published.release.
SELECT
  release_id,
  title,
  published_at,
  period_start,
  period_end,
  status,
  synthetic,
  cast(certificate ->> 'digest' AS TEXT) AS digest,
  months_loaded
FROM published.release
ORDER BY release_id DESC
