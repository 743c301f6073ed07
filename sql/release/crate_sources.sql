-- Sources of one release with publisher and licence. One row a feed x edition.
-- Inputs: published.source. Parameters: release_id.
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
  months_missing
FROM published.source
WHERE release_id = :release_id
ORDER BY feed, edition
