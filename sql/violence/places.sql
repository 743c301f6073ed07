-- Districts, local areas or neighbourhoods with their residents; row-level security applies. One row a place.
-- Inputs: analysis.rate, place.area. Parameters: group_id; geography ('lad', 'msoa', 'lsoa' of 2021); district ('' for all that the person
-- may see); members (of a patch of one's own, empty for every place).
SELECT
  r.code,
  CASE
    WHEN :geography = 'lsoa' THEN place.shown_name(area.name, area.local_name, area.around)
    ELSE coalesce(nullif(area.local_name, ''), area.name)
  END AS name,
  max(r.residents) AS residents
FROM analysis.rate AS r
INNER JOIN place.area AS area ON r.geography = area.geography AND r.edition = area.edition AND r.code = area.code
WHERE
  r.geography = :geography
  AND r.group_id = :group_id
  AND (:geography <> 'lsoa' OR r.edition = '2021')
  AND (:district = '' OR r.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR r.code = any(cast(:members AS TEXT[])))
GROUP BY r.code, area.name, area.local_name, area.around
ORDER BY name, r.code;
