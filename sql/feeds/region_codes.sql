-- Every area of the region, of each geography and edition that lookups link to it, and the LSOAs 2011 that lie in it in part. One row an
-- area.
WITH district AS (
  SELECT
    p.child_edition AS edition,
    p.child_code AS code
  FROM place.area_parent AS p
  INNER JOIN place.region AS r ON p.parent_code = r.force_code
  WHERE
    p.child_geography = 'lad'
    AND p.parent_geography = 'force'
    AND p.parent_edition = '2020'
),

new_lsoa AS MATERIALIZED (
  SELECT p.child_code AS code
  FROM place.area_parent AS p
  WHERE
    p.child_geography = 'lsoa'
    AND p.child_edition = '2021'
    AND p.parent_geography = 'lad'
    AND (p.parent_edition, p.parent_code) IN (
      SELECT
        d.edition,
        d.code
      FROM district AS d
    )
)

SELECT
  'lad' AS geography,
  edition,
  code
FROM district
UNION
SELECT
  p.child_geography AS geography,
  p.child_edition AS edition,
  p.child_code AS code
FROM place.area_parent AS p
INNER JOIN district AS d ON p.parent_code = d.code AND p.parent_edition = d.edition
WHERE p.parent_geography = 'lad'
UNION
-- one that was cut up between districts has no district of its own; without statistics yet, a plain join of these tables takes minutes
SELECT
  c.geography,
  c.from_edition AS edition,
  c.from_code AS code
FROM place.edition_change AS c
WHERE
  c.geography = 'lsoa'
  AND c.from_edition = '2011'
  AND c.to_edition = '2021'
  AND c.to_code IN (SELECT n.code FROM new_lsoa AS n);
