-- Files behind outcomes and searches. One row a subject x publisher x licence x edition. Inputs: analysis.record_source.
SELECT
  subject,
  publisher,
  licence,
  edition,
  files,
  rows_in,
  rows_rejected,
  first_month,
  last_month,
  loaded_at
FROM analysis.record_source
ORDER BY subject, publisher, edition;
