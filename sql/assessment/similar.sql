-- Neighbourhoods whose rate differs from that of their ten most similar areas together; row-level security applies. One row a neighbourhood
-- that was compared. Inputs: analysis.similar_rate, place.area. Parameters: group_id, district ('' for all that the person may
-- see), members (codes, empty for every place).
SELECT
  s.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  s.ratio,
  s.ratio_lower,
  s.ratio_upper
FROM analysis.similar_rate AS s
INNER JOIN place.area AS area ON s.geography = area.geography AND s.edition = area.edition AND s.code = area.code
WHERE
  s.group_id = :group_id AND s.ratio IS NOT NULL
  AND s.period_end = (SELECT max(latest.period_end) FROM analysis.similar_rate AS latest)
  AND (:district = '' OR s.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR s.code = any(cast(:members AS TEXT[])))
ORDER BY name, s.code
