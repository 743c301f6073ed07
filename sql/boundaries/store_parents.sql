-- Parents that follow from the parents of LSOAs 2021: MSOA to district, LSOA 2011 to district, district to the region.
-- Only where every child gives the same parent: exact fit. Grain: one row a child and a parent geography.
-- Inputs: place.area_parent, place.edition_change, place.region.
INSERT INTO place.area_parent (child_geography, child_edition, child_code, parent_geography, parent_edition, parent_code)
SELECT
  'msoa' AS child_geography,
  '2021' AS child_edition,
  m.parent_code AS child_code,
  'lad' AS parent_geography,
  '2022' AS parent_edition,
  min(d.parent_code) AS parent_code
FROM place.area_parent AS m
INNER JOIN place.area_parent AS d
  ON
    m.child_code = d.child_code
    AND d.child_geography = 'lsoa'
    AND d.child_edition = '2021'
    AND d.parent_geography = 'lad'
    AND d.parent_edition = '2022'
WHERE
  m.child_geography = 'lsoa'
  AND m.child_edition = '2021'
  AND m.parent_geography = 'msoa'
  AND m.parent_edition = '2021'
GROUP BY m.parent_code
HAVING count(DISTINCT d.parent_code) = 1
UNION ALL
SELECT
  'lsoa' AS child_geography,
  '2011' AS child_edition,
  c.from_code AS child_code,
  'lad' AS parent_geography,
  '2022' AS parent_edition,
  min(d.parent_code) AS parent_code
FROM place.edition_change AS c
INNER JOIN place.area_parent AS d
  ON
    c.to_code = d.child_code
    AND d.child_geography = 'lsoa'
    AND d.child_edition = '2021'
    AND d.parent_geography = 'lad'
    AND d.parent_edition = '2022'
WHERE
  c.geography = 'lsoa'
  AND c.from_edition = '2011'
  AND c.to_edition = '2021'
GROUP BY c.from_code
HAVING count(DISTINCT d.parent_code) = 1
UNION ALL
SELECT
  'lad' AS child_geography,
  '2022' AS child_edition,
  p.child_code,
  'all' AS parent_geography,
  '' AS parent_edition,
  r.force_code AS parent_code
FROM place.region AS r
INNER JOIN place.area_parent AS p ON r.force_code = p.parent_code
WHERE
  p.child_geography = 'lad'
  AND p.parent_geography = 'force'
GROUP BY p.child_code, r.force_code
ON CONFLICT DO NOTHING
