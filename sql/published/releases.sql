-- Every release that was ever public, newest first: one row each, with how many figures it holds and how many of them are shown. A release
-- that was withdrawn says why. Inputs: published.release, published.value, published.withdrawal.
SELECT
  r.release_id,
  r.title,
  r.status,
  r.published_at,
  r.period_start,
  r.period_end,
  r.months_loaded,
  w.withdrawn_at,
  w.reason,
  tallied.figures,
  tallied.shown
FROM published.release AS r
LEFT JOIN published.withdrawal AS w ON r.release_id = w.release_id
CROSS JOIN LATERAL (
  SELECT
    count(*) AS figures,
    count(v.count) AS shown
  FROM published.value AS v
  WHERE v.release_id = r.release_id
) AS tallied
ORDER BY r.release_id DESC;
