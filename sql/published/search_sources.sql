-- The files behind the searches of a release: one row a subject x publisher x licence x edition. Inputs: published.search_source.
-- Parameters: release_id.
SELECT
  subject,
  publisher,
  licence,
  edition,
  first_month,
  last_month
FROM published.search_source
WHERE release_id = :release_id
ORDER BY subject DESC, publisher ASC, edition ASC
