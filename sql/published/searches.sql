-- The newest figures of searches that may be seen, as a whole: one row, or none where no release has any.
-- Inputs: published.search_release, published.release.
SELECT
  s.release_id,
  s.title,
  s.period_start,
  s.period_end,
  s.months_loaded,
  s.policy,
  s.certificate,
  r.published_at
FROM published.search_release AS s
INNER JOIN published.release AS r ON s.release_id = r.release_id
WHERE r.status <> 'withdrawn'
ORDER BY s.release_id DESC
LIMIT 1
