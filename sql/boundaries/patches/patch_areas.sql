-- One row an area that a patch touches, the members first. Inputs: place.patch_area, place.area. Parameters: patch_id.
SELECT
  a.code,
  coalesce(n.name, a.code) AS name,
  a.member,
  a.people,
  a.people_share,
  a.area_share,
  a.basis
FROM place.patch_area AS a
LEFT JOIN place.area AS n
  ON
    a.geography = n.geography
    AND a.edition = n.edition
    AND a.code = n.code
WHERE a.patch_id = :patch_id
ORDER BY a.member DESC, a.code ASC
