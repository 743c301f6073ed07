-- Counts that releases saw for the first time or saw changed: one row a release x LSOA 2021 x publisher's category x month.
-- Inputs: audit.release_count.
SELECT
  release_id AS release,
  code,
  category,
  month,
  incidents
FROM audit.release_count
ORDER BY release_id, code, category, month
