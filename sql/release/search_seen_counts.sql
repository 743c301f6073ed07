-- Counts of searches that releases saw for the first time or saw changed: one row a release x district x class of searches x month.
-- Inputs: audit.search_count.
SELECT
  release_id AS release,
  code,
  category,
  month,
  incidents
FROM audit.search_count
ORDER BY release_id, code, category, month
