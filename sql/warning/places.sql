-- Neighbourhoods of a patch (a district, an MSOA, or '' for all that the person may see) with their outlines, WGS84. One row a place.
-- Inputs: place.area, place.area_parent. Parameters: district, msoa, members (codes, {} for any), tolerance (metres).
SELECT
  area.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  st_asgeojson(st_transform(st_simplifypreservetopology(area.geom, :tolerance), 4326), 5) AS outline,
  st_y(st_transform(st_pointonsurface(area.geom), 4326)) AS lat,
  st_x(st_transform(st_pointonsurface(area.geom), 4326)) AS lon
FROM place.area AS area
INNER JOIN place.area_parent AS district
  ON
    area.geography = district.child_geography AND area.edition = district.child_edition AND area.code = district.child_code
    AND district.parent_geography = 'lad' AND district.parent_edition = '2022'
WHERE
  area.geography = 'lsoa' AND area.edition = '2021' AND area.geom IS NOT NULL
  AND (:district = '' OR district.parent_code = :district)
  AND (cast(:members AS TEXT[]) = '{}' OR area.code = any(cast(:members AS TEXT[])))
  AND analysis.area_visible(district.parent_code)
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = 'lsoa' AND parent.child_edition = '2021' AND parent.child_code = area.code
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :msoa
    )
  )
ORDER BY area.code
