-- Neighbourhoods (LSOA 2021) of the region that a drawing touches, with how much of each lies inside: the share of its postcodes in use, of
-- its land where it has fewer than five (decision 0023). One row a neighbourhood. Parameters: drawn (well-known text, EPSG:27700).
-- Inputs: place.area, place.area_parent, place.region, place.postcode.
WITH
drawn AS (
  SELECT st_geomfromtext(:drawn, 27700) AS geom
),

touched AS (
  SELECT
    area.code,
    place.shown_name(area.name, area.local_name, area.around) AS name,
    in_district.parent_code AS lad_code,
    district.name AS district,
    st_area(st_intersection(area.geom, drawn.geom)) / st_area(area.geom) AS land
  FROM drawn
  INNER JOIN place.area AS area ON st_intersects(area.geom, drawn.geom)
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
  WHERE area.geography = 'lsoa' AND area.edition = '2021'
),

homes AS (
  SELECT
    touched.code,
    count(*) AS held,
    count(*) FILTER (WHERE st_covers(drawn.geom, st_setsrid(st_makepoint(postcode.easting, postcode.northing), 27700))) AS inside
  FROM touched
  CROSS JOIN drawn
  INNER JOIN place.postcode AS postcode ON touched.code = postcode.lsoa21_code
  WHERE NOT postcode.terminated AND postcode.easting IS NOT NULL AND postcode.northing IS NOT NULL
  GROUP BY touched.code
)

SELECT
  touched.code,
  touched.name,
  touched.lad_code,
  touched.district,
  residents.people,
  CASE WHEN homes.held >= 5 THEN cast(homes.inside AS DOUBLE PRECISION) / homes.held ELSE least(touched.land, 1) END AS share
FROM touched
LEFT JOIN homes ON touched.code = homes.code
LEFT JOIN place.population AS residents
  ON
    touched.code = residents.code AND residents.geography = 'lsoa' AND residents.edition = '2021' AND residents.measure = 'residents'
    AND residents.reference = 'census2021'
WHERE touched.land > 1e-6 OR homes.inside > 0
ORDER BY touched.name, touched.code;
