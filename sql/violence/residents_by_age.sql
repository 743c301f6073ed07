-- Residents of districts by bands of five years, put together from their neighbourhoods, of the newest reference that has them. One row a
-- district x band; first_year: of the band. Inputs: place.population, place.area_parent. Parameters: district ('' for all that the person
-- may see: row-level security's own rule).
SELECT
  parent.parent_code AS lad_code,
  cast(right(held.measure, 2) AS INTEGER) AS first_year,
  sum(held.people) AS people,
  held.reference
FROM place.population AS held
INNER JOIN place.area_parent AS parent
  ON
    held.geography = parent.child_geography AND held.edition = parent.child_edition AND held.code = parent.child_code
    AND parent.parent_geography = 'lad' AND parent.parent_edition = '2022'
INNER JOIN place.area AS district
  ON
    parent.parent_geography = district.geography AND parent.parent_edition = district.edition AND parent.parent_code = district.code
    AND district.geom IS NOT NULL
WHERE
  held.measure LIKE 'five\_years\_%'
  AND held.geography = 'lsoa'
  AND analysis.area_visible(parent.parent_code)
  AND (:district = '' OR parent.parent_code = :district)
  -- equal to, and not in: so it is looked for once, and not for each row
  AND held.reference = (
    SELECT max(newest.reference)
    FROM place.population AS newest
    WHERE newest.measure = 'five_years_00'
  )
GROUP BY parent.parent_code, held.measure, held.reference
ORDER BY parent.parent_code, first_year;
