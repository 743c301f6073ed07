-- Patches that this installation keeps for everybody ('homeground patches add'). One row a patch. Inputs: place.patch, place.patch_area,
-- place.area_parent.
SELECT
  concat('set-', patch.patch_id) AS code,
  patch.name,
  array_agg(DISTINCT in_district.parent_code ORDER BY in_district.parent_code) AS districts,
  array_agg(DISTINCT area.code ORDER BY area.code) AS members,
  -- metres: of a list the outline is that of its areas, in every bend
  st_astext(st_simplifypreservetopology(patch.geom, 5)) AS drawn
FROM place.patch AS patch
INNER JOIN place.patch_area AS area ON patch.patch_id = area.patch_id AND area.member AND area.geography = 'lsoa' AND area.edition = '2021'
INNER JOIN place.area_parent AS in_district
  ON
    area.geography = in_district.child_geography AND area.edition = in_district.child_edition AND area.code = in_district.child_code
    AND in_district.parent_geography = 'lad'
GROUP BY patch.patch_id
ORDER BY lower(patch.name), patch.patch_id;
