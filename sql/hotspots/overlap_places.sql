-- Places of a patch that meet every condition of an overlap. One row a place x overlap; row-level security applies.
SELECT
  overlap.overlap_id,
  overlap.code,
  area.name
FROM analysis.overlap
INNER JOIN place.area AS area
  ON overlap.geography = area.geography AND overlap.edition = area.edition AND overlap.code = area.code
WHERE
  overlap.meets_all AND overlap.geography = :geography AND overlap.edition = :edition AND overlap.group_id = :group_id
  AND overlap.period_end = :period_end AND (:district = '' OR overlap.lad_code = :district)
ORDER BY overlap.overlap_id, area.name;
