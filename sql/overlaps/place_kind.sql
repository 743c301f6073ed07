-- A neighbourhood of the region with its kind, where it has one. At most one row; row-level security applies to the kind.
-- Inputs: place.area, place.area_parent, place.region, analysis.place_type_member, analysis.place_type. Parameters: code.
SELECT
  area.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  member.type_id,
  member.certainty,
  member.next_type_id,
  kind.description
FROM place.area AS area
INNER JOIN place.area_parent AS in_district
  ON
    area.code = in_district.child_code
    AND in_district.child_geography = 'lsoa'
    AND in_district.child_edition = '2021'
    AND in_district.parent_geography = 'lad'
LEFT JOIN analysis.place_type_member AS member
  ON
    area.code = member.code
    AND member.period_end = (SELECT max(latest.period_end) FROM analysis.place_type AS latest)
LEFT JOIN analysis.place_type AS kind ON member.type_id = kind.type_id AND member.period_end = kind.period_end
WHERE
  area.geography = 'lsoa'
  AND area.edition = '2021'
  AND area.code = :code
  AND EXISTS (
    SELECT 1
    FROM place.area_parent AS in_force
    INNER JOIN place.region AS region ON in_force.parent_code = region.force_code
    WHERE in_force.child_geography = 'lad' AND in_force.parent_geography = 'force' AND in_force.child_code = in_district.parent_code
  )
ORDER BY area.code
LIMIT 1
