-- Neighbourhoods (LSOA 2021) of the region that codes stand for: themselves, or those of a listed local area or district. One row a listed
-- code x neighbourhood. Parameters: codes. Inputs: place.area, place.area_parent, place.region.
SELECT DISTINCT
  listed.code AS listed,
  area.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  in_district.parent_code AS lad_code,
  district.name AS district,
  residents.people
FROM unnest(cast(:codes AS TEXT[])) AS listed (code)
INNER JOIN place.area AS area
  ON
    area.geography = 'lsoa' AND area.edition = '2021' AND area.geom IS NOT NULL
    AND (
      listed.code = area.code OR EXISTS (
        SELECT 1
        FROM place.area_parent AS part
        WHERE
          part.child_geography = 'lsoa' AND part.child_edition = '2021' AND part.child_code = area.code
          AND part.parent_geography IN ('msoa', 'lad') AND part.parent_code = listed.code
      )
    )
INNER JOIN place.area_parent AS in_district
  ON
    area.geography = in_district.child_geography AND area.edition = in_district.child_edition AND area.code = in_district.child_code
    AND in_district.parent_geography = 'lad'
INNER JOIN place.area AS district
  ON
    in_district.parent_geography = district.geography AND in_district.parent_edition = district.edition
    AND in_district.parent_code = district.code
INNER JOIN place.area_parent AS in_force
  ON district.geography = in_force.child_geography AND district.code = in_force.child_code AND in_force.parent_geography = 'force'
INNER JOIN place.region AS region ON in_force.parent_code = region.force_code
LEFT JOIN place.population AS residents
  ON
    area.code = residents.code AND residents.geography = 'lsoa' AND residents.edition = '2021' AND residents.measure = 'residents'
    AND residents.reference = 'census2021'
ORDER BY name, area.code, listed.code;
