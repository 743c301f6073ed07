-- Neighbourhoods (LSOA 2021) of one district to draw on, or those of a list, in degrees. One row a neighbourhood; outlines are no figures.
-- Parameters: district ('' for none), codes. Inputs: place.area, place.area_parent.
SELECT
  area.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  st_asgeojson(st_transform(st_simplifypreservetopology(area.geom, 15), 4326), 5) AS outline
FROM place.area AS area
INNER JOIN place.area_parent AS in_district
  ON
    area.geography = in_district.child_geography AND area.edition = in_district.child_edition AND area.code = in_district.child_code
    AND in_district.parent_geography = 'lad'
WHERE
  area.geography = 'lsoa' AND area.edition = '2021' AND area.geom IS NOT NULL
  AND (in_district.parent_code = :district OR area.code = any(cast(:codes AS TEXT[])))
ORDER BY area.code;
