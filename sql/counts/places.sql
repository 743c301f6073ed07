-- One row a place of the region: areas of each geography, and the H3 cells that held at least one incident in any loaded month.
-- residents: census 2021 (mid-2020 for LSOA 2011); NULL where any part's is unknown. Of cells: the estimate of stage weights, 0 for a
-- cell that it gives nobody, NULL before it ran. lad_code is '' for the region.
-- An LSOA 2011 that was cut up between districts counts with the one that it lay in in 2021; where the cut is the region's border its
-- residents are NULL, because its incidents beyond it are not counted.
-- Inputs: place.region, place.area_parent, place.population, analysis.count_month. Parameters: geography, edition.
WITH
district AS (
  SELECT DISTINCT p.child_code AS code
  FROM place.region AS r
  INNER JOIN place.area_parent AS p ON r.force_code = p.parent_code
  WHERE
    p.child_geography = 'lad'
    AND p.parent_geography = 'force'
),

lsoa AS (
  SELECT
    p.child_edition AS edition,
    p.child_code AS code,
    p.parent_code AS lad_code,
    w.people AS residents
  FROM place.area_parent AS p
  INNER JOIN district AS d ON p.parent_code = d.code
  LEFT JOIN place.population AS w
    ON
      p.child_geography = w.geography
      AND p.child_edition = w.edition
      AND p.child_code = w.code
      AND w.measure = 'residents'
      AND w.reference = CASE p.child_edition WHEN '2011' THEN 'mid2020' ELSE 'census2021' END
  WHERE
    p.child_geography = 'lsoa'
    AND p.child_edition IN ('2011', '2021')
    AND p.parent_geography = 'lad'
    AND p.parent_edition = '2022'
),

-- of the region in part at least, and in no one district of 2022
cut_2011 AS (
  SELECT
    c.from_code AS code,
    coalesce(max(d.code) FILTER (WHERE d.code = b.parent_code), min(d.code)) AS lad_code,
    CASE WHEN bool_and(d.code IS NOT NULL) THEN max(w.people) END AS residents
  FROM place.edition_change AS c
  INNER JOIN place.area_parent AS p
    ON
      c.to_code = p.child_code
      AND p.child_geography = 'lsoa'
      AND p.child_edition = '2021'
      AND p.parent_geography = 'lad'
      AND p.parent_edition = '2022'
  LEFT JOIN district AS d ON p.parent_code = d.code
  LEFT JOIN place.area_parent AS b
    ON
      c.from_code = b.child_code
      AND b.child_geography = 'lsoa'
      AND b.child_edition = '2011'
      AND b.parent_geography = 'lad'
      AND b.parent_edition = '2021'
  LEFT JOIN place.population AS w
    ON
      c.from_code = w.code
      AND w.geography = 'lsoa'
      AND w.edition = '2011'
      AND w.measure = 'residents'
      AND w.reference = 'mid2020'
  WHERE
    c.geography = 'lsoa'
    AND c.from_edition = '2011'
    AND c.to_edition = '2021'
  GROUP BY c.from_code
  HAVING count(DISTINCT p.parent_code) > 1 AND count(d.code) > 0
),

cell AS (
  SELECT DISTINCT
    geography,
    edition,
    code,
    lad_code
  FROM analysis.count_month
  WHERE geography = 'h3'
),

estimate AS (
  SELECT count(*) > 0 AS estimated
  FROM place.population
  WHERE
    geography = 'h3'
    AND reference = 'census2021 dasymetric'
),

place AS (
  SELECT
    'lsoa' AS geography,
    edition,
    code,
    lad_code,
    residents
  FROM lsoa
  UNION ALL
  SELECT
    'lsoa' AS geography,
    '2011' AS edition,
    code,
    lad_code,
    residents
  FROM cut_2011
  UNION ALL
  SELECT
    'msoa' AS geography,
    '2021' AS edition,
    m.parent_code AS code,
    min(l.lad_code) AS lad_code,
    CASE WHEN bool_and(l.residents IS NOT NULL) THEN sum(l.residents) END AS residents
  FROM lsoa AS l
  INNER JOIN place.area_parent AS m
    ON
      l.edition = m.child_edition
      AND l.code = m.child_code
      AND m.child_geography = 'lsoa'
      AND m.parent_geography = 'msoa'
      AND m.parent_edition = '2021'
  WHERE l.edition = '2021'
  GROUP BY m.parent_code
  UNION ALL
  SELECT
    'lad' AS geography,
    '2022' AS edition,
    l.lad_code AS code,
    l.lad_code,
    CASE WHEN bool_and(l.residents IS NOT NULL) THEN sum(l.residents) END AS residents
  FROM lsoa AS l
  WHERE l.edition = '2021'
  GROUP BY l.lad_code
  UNION ALL
  SELECT
    'all' AS geography,
    '' AS edition,
    r.force_code AS code,
    '' AS lad_code,
    CASE WHEN bool_and(l.residents IS NOT NULL) THEN sum(l.residents) END AS residents
  FROM lsoa AS l
  CROSS JOIN place.region AS r
  WHERE l.edition = '2021'
  GROUP BY r.force_code
  UNION ALL
  SELECT
    c.geography,
    c.edition,
    c.code,
    c.lad_code,
    CASE WHEN e.estimated THEN coalesce(w.people, 0) END AS residents
  FROM cell AS c
  CROSS JOIN estimate AS e
  LEFT JOIN place.population AS w
    ON
      c.geography = w.geography
      AND c.edition = w.edition
      AND c.code = w.code
      AND w.measure = 'residents'
      AND w.reference = 'census2021 dasymetric'
)

SELECT
  code,
  lad_code,
  residents
FROM place
WHERE
  geography = :geography
  AND edition = :edition
ORDER BY code
