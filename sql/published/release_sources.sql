-- Sources of one release. One row a feed x edition, of a hub x supplier too.
SELECT
  feed,
  title,
  publisher,
  licence,
  edition,
  period_start,
  period_end,
  files,
  rows_in,
  rows_rejected,
  loaded_at,
  months_missing,
  supplier
FROM published.source
WHERE release_id = :release_id
ORDER BY title, edition, supplier;
