-- Neighbourhoods (LSOA 2021) of a patch (a district, an MSOA, or '' for all that the person may see), with their outline in WGS84.
-- One row a place.
-- Inputs: place.area, place.area_parent, place.region. Parameters: district, msoa, members (of a patch of one's own), tolerance
-- (metres).
SELECT
  area.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  in_district.parent_code AS lad_code,
  st_asgeojson(st_transform(st_simplifypreservetopology(area.geom, :tolerance), 4326), 5) AS outline
FROM place.area AS area
INNER JOIN place.area_parent AS in_district
  ON
    area.code = in_district.child_code
    AND in_district.child_geography = 'lsoa'
    AND in_district.child_edition = '2021'
    AND in_district.parent_geography = 'lad'
WHERE
  area.geography = 'lsoa'
  AND area.edition = '2021'
  AND analysis.area_visible(in_district.parent_code)
  AND (:district = '' OR in_district.parent_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR area.code = any(cast(:members AS TEXT[])))
  AND EXISTS (
    SELECT 1
    FROM place.area_parent AS in_force
    INNER JOIN place.region AS region ON in_force.parent_code = region.force_code
    WHERE in_force.child_geography = 'lad' AND in_force.parent_geography = 'force' AND in_force.child_code = in_district.parent_code
  )
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS in_msoa
      WHERE
        in_msoa.child_geography = 'lsoa' AND in_msoa.child_edition = '2021' AND in_msoa.child_code = area.code
        AND in_msoa.parent_geography = 'msoa' AND in_msoa.parent_code = :msoa
    )
  )
ORDER BY area.name, area.code
