-- One row: how many members of a patch lie in districts that this person may not see. The pipeline's role sees all.
-- Inputs: place.patch_area, place.area_parent. Parameters: patch_id.
SELECT count(*) AS hidden
FROM place.patch_area AS a
LEFT JOIN place.area_parent AS d
  ON
    a.geography = d.child_geography
    AND a.edition = d.child_edition
    AND a.code = d.child_code
    AND d.parent_geography = 'lad'
    AND d.parent_edition = '2022'
WHERE
  a.patch_id = :patch_id
  AND a.member
  AND current_user = 'homeground_professional'
  AND NOT coalesce(analysis.area_visible(d.parent_code), FALSE)
