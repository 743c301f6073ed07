-- The files behind the searches of a release: one row a subject x publisher x licence x edition.
-- Inputs: analysis.record_source. Parameters: release_id.
INSERT INTO published.search_source (
  release_id, subject, publisher, licence, edition, files, rows_in, rows_rejected, first_month, last_month
)
SELECT
  :release_id AS release_id,
  subject,
  publisher,
  licence,
  edition,
  files,
  rows_in,
  rows_rejected,
  first_month,
  last_month
FROM analysis.record_source
WHERE subject IN ('searches', 'residents')
