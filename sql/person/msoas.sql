-- MSOAs of one district. One row an MSOA.
SELECT
  area.code,
  coalesce(nullif(area.local_name, ''), area.name) AS name
FROM place.area AS area
INNER JOIN place.area_parent AS parent
  ON
    area.geography = parent.child_geography AND area.edition = parent.child_edition AND area.code = parent.child_code
    AND parent.parent_geography = 'lad'
WHERE area.geography = 'msoa' AND parent.parent_code = :district
ORDER BY name, area.code;
