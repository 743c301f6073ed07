-- Every area of the region, of each geography and edition that lookups link to it. One row an area.
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
WHERE p.parent_geography = 'lad';
