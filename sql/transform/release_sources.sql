-- Sources of a release: one row a feed x edition, of every delivery that stands; incident feeds only for the months published.
-- A partner's restricted data is in no release, so its feeds are no source of one.
-- Inputs: raw.delivery. Parameters: release_id, period_start, period_end.
INSERT INTO published.source (
  release_id, feed, title, publisher, licence, edition, period_start, period_end, files, rows_in, rows_rejected, loaded_at
)
SELECT
  :release_id AS release_id,
  feed,
  coalesce(min(notes ->> 'title'), feed) AS title,
  min(publisher) AS publisher,
  min(licence) AS licence,
  edition,
  min(period_start) AS period_start,
  max(period_end) AS period_end,
  count(*) AS files,
  sum(rows_in) AS rows_in,
  sum(rows_rejected) AS rows_rejected,
  max(loaded_at) AS loaded_at
FROM raw.delivery
WHERE
  status = 'loaded'
  AND coalesce(notes ->> 'sensitivity', 'open') = 'open'
  AND (
    period_start IS NULL
    OR feed NOT LIKE 'police%'
    OR period_start BETWEEN :period_start AND :period_end
  )
GROUP BY feed, edition
