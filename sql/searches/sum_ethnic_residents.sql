-- Fills analysis.ethnic_residents: one row a district x ethnic group of the census of 2021.
-- Inputs: place.population, place.area_parent.
INSERT INTO analysis.ethnic_residents (lad_code, ethnicity, residents)
SELECT
  a.parent_code AS lad_code,
  substring(r.measure FROM 11) AS ethnicity,
  sum(r.people) AS residents
FROM place.population AS r
INNER JOIN place.area_parent AS a
  ON
    r.geography = a.child_geography
    AND r.edition = a.child_edition
    AND r.code = a.child_code
WHERE
  r.geography = 'lsoa'
  AND r.edition = '2021'
  AND r.reference = 'census2021'
  AND r.measure LIKE 'ethnicity\_%'
  AND a.parent_geography = 'lad'
  AND a.parent_edition = '2022'
GROUP BY a.parent_code, r.measure
