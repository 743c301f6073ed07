-- Every release that was ever public, newest first: one row each, with how many figures it holds and how many of them are shown. A release
-- that was withdrawn says why. Inputs: published.release, published.value, published.withdrawal.
WITH held AS (
  SELECT
    release_id,
    count(*) AS figures,
    count(count) AS shown
  FROM published.value
  GROUP BY release_id
)

SELECT
  r.release_id,
  r.title,
  r.status,
  r.published_at,
  r.period_start,
  r.period_end,
  r.months_loaded,
  w.reason,
  coalesce(held.figures, 0) AS figures,
  coalesce(held.shown, 0) AS shown
FROM published.release AS r
LEFT JOIN published.withdrawal AS w ON r.release_id = w.release_id
LEFT JOIN held ON r.release_id = held.release_id
ORDER BY r.release_id DESC;
