-- Which patch a code names: a district, or an MSOA with the district that it lies in. At most one row; row-level security's own rule says
-- whether the person may see it. Inputs: place.area, place.area_parent. Parameters: code.
SELECT
  area.geography,
  area.code,
  coalesce(nullif(area.local_name, ''), area.name) AS name,
  coalesce(parent.parent_code, area.code) AS district
FROM place.area AS area
LEFT JOIN place.area_parent AS parent
  ON
    area.geography = parent.child_geography AND area.edition = parent.child_edition AND area.code = parent.child_code
    AND parent.parent_geography = 'lad'
WHERE
  area.code = :code AND area.geom IS NOT NULL
  AND (
    (area.geography = 'lad' AND analysis.area_visible(area.code))
    OR (area.geography = 'msoa' AND analysis.area_visible(parent.parent_code))
  )
ORDER BY area.edition DESC
LIMIT 1;
