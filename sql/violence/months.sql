-- Incidents of one group by month; row-level security applies. One row a place x publisher's category x loaded month with at least one.
-- Inputs: analysis.count_month, analysis.category_group_member.
-- Parameters: group_id; geography ('lad', 'msoa', 'lsoa' of 2021); district ('' for all that the person may see);
-- code ('' for every place); members (of a patch of one's own, empty for every place).
SELECT
  c.code,
  c.category,
  c.month,
  cast(c.incidents AS BIGINT) AS incidents
FROM analysis.count_month AS c
INNER JOIN analysis.category_group_member AS m ON c.category = m.category
WHERE
  c.geography = :geography
  AND m.group_id = :group_id
  AND (:district = '' OR c.lad_code = :district)
  AND (:geography <> 'lsoa' OR c.edition = '2021')
  AND (:code = '' OR c.code = :code)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR c.code = any(cast(:members AS TEXT[])))
ORDER BY c.code, c.category, c.month;
