-- Saved patches with the neighbourhoods that are counted for them. One row a patch.
SELECT
  p.name,
  array_agg(a.code ORDER BY a.code) AS members
FROM place.patch AS p
INNER JOIN place.patch_area AS a ON p.patch_id = a.patch_id
WHERE a.member AND a.geography = 'lsoa' AND a.edition = '2021'
GROUP BY p.name
ORDER BY p.name;
