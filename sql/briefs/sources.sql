-- What a release was made from. Grain: one row a feed x edition. Reads published.source.
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
  loaded_at
FROM published.source
WHERE release_id = :release_id
ORDER BY feed, edition
