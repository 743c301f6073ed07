-- One row a patch, with how many LSOAs are counted for it. Inputs: place.patch, place.patch_area.
-- Parameters: name (NULL for all).
SELECT
  p.patch_id,
  p.name,
  p.source,
  p.source_edition,
  p.file_name,
  p.rule,
  p.people_reference,
  p.people_drawn,
  p.people_members,
  p.people_gained,
  p.people_lost,
  p.drawn_m2,
  p.members_m2,
  p.gained_m2,
  p.lost_m2,
  p.outside_m2,
  count(*) FILTER (WHERE a.member) AS members
FROM place.patch AS p
INNER JOIN place.patch_area AS a ON p.patch_id = a.patch_id
WHERE
  cast(:name AS TEXT) IS NULL
  OR p.name = :name
GROUP BY p.patch_id
ORDER BY p.name
