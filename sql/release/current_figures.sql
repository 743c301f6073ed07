-- The figures of the release that is current: one row a figure. Inputs: published.value, published.release.
SELECT
  v.release_id,
  v.geography,
  v.edition,
  v.place_code,
  v.category,
  v.period_start,
  v.period_end,
  v.count
FROM published.value AS v
INNER JOIN published.release AS r ON v.release_id = r.release_id
WHERE r.status = 'current'
