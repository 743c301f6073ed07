-- Fills analysis.count_month: one row a place x category x loaded month, for every geography in one pass over the incidents.
-- Grain of the pass: a distinct location x month x category, so a million incidents on 50,000 anchor points aggregate early.
-- Only incidents that lie in the region (lad22_code is set); the rest are counted in analysis.month_status.
-- The parent of an H3 cell is bit arithmetic: the resolution stands in bits 52 to 55, each unused digit is 7 (three set bits).
-- Inputs: record.incident, place.location_place, place.area_parent, place.edition_change, place.h3_cell, place.region.
WITH
incident AS (
  SELECT
    location_id,
    month,
    category,
    count(*) AS incidents
  FROM record.incident
  WHERE location_id IS NOT NULL
  GROUP BY location_id, month, category
),

-- the district of an LSOA 2011, of those that lie in the region
district_2011 AS (
  SELECT
    p.child_code AS code,
    p.parent_code AS lad_code
  FROM place.area_parent AS p
  WHERE
    p.child_geography = 'lsoa'
    AND p.child_edition = '2011'
    AND p.parent_geography = 'lad'
    AND p.parent_edition = '2022'
    AND EXISTS (
      SELECT 1
      FROM place.area_parent AS f
      INNER JOIN place.region AS r ON f.parent_code = r.force_code
      WHERE
        f.child_geography = 'lad'
        AND f.child_code = p.parent_code
        AND f.parent_geography = 'force'
    )
),

-- a point at the region's edge can lie just outside every LSOA 2011 of it, whose outlines were generalised apart from those of 2021:
-- it goes to the LSOA 2011 that its LSOA 2021 was made from. The 2011 areas that were cut up between districts have no district; a point
-- in such a one stays there
fallback_2011 AS (
  SELECT
    c.to_code AS lsoa21_code,
    coalesce(min(d.code), min(c.from_code)) AS lsoa11_code
  FROM place.edition_change AS c
  LEFT JOIN district_2011 AS d ON c.from_code = d.code
  WHERE
    c.geography = 'lsoa'
    AND c.from_edition = '2011'
    AND c.to_edition = '2021'
  GROUP BY c.to_code
),

location AS (
  SELECT
    p.location_id,
    p.lsoa21_code,
    p.msoa21_code,
    p.lad22_code,
    coalesce(d.code, f.lsoa11_code, p.lsoa11_code) AS lsoa11_code,
    p.h3_r9,
    (p.h3_r9 & ~(cast(15 AS BIGINT) << 52)) | (cast(8 AS BIGINT) << 52) | (cast(7 AS BIGINT) << 18) AS h3_r8,
    (p.h3_r9 & ~(cast(15 AS BIGINT) << 52)) | (cast(7 AS BIGINT) << 52) | (cast(63 AS BIGINT) << 18) AS h3_r7
  FROM place.location_place AS p
  LEFT JOIN district_2011 AS d ON p.lsoa11_code = d.code
  LEFT JOIN fallback_2011 AS f ON p.lsoa21_code = f.lsoa21_code
  WHERE p.lad22_code IS NOT NULL
),

summed AS (
  SELECT
    i.month,
    i.category,
    l.lsoa11_code,
    l.lsoa21_code,
    l.msoa21_code,
    l.lad22_code,
    l.h3_r9,
    l.h3_r8,
    l.h3_r7,
    -- which of the seven keys this row is grouped by: its bit is 0
    grouping(l.lsoa11_code, l.lsoa21_code, l.msoa21_code, l.lad22_code, l.h3_r9, l.h3_r8, l.h3_r7) AS keys,
    min(l.lad22_code) AS a_district,
    sum(i.incidents) AS incidents
  FROM incident AS i
  INNER JOIN location AS l ON i.location_id = l.location_id
  GROUP BY
    GROUPING SETS (
      (i.month, i.category, l.lsoa11_code),
      (i.month, i.category, l.lsoa21_code),
      (i.month, i.category, l.msoa21_code),
      (i.month, i.category, l.lad22_code),
      (i.month, i.category, l.h3_r9),
      (i.month, i.category, l.h3_r8),
      (i.month, i.category, l.h3_r7),
      (i.month, i.category)
    )
),

named AS (
  SELECT
    CASE keys
      WHEN 63 THEN 'lsoa' WHEN 95 THEN 'lsoa' WHEN 111 THEN 'msoa' WHEN 119 THEN 'lad' WHEN 127 THEN 'all' ELSE 'h3'
    END AS geography,
    CASE keys
      WHEN 63 THEN '2011' WHEN 95 THEN '2021' WHEN 111 THEN '2021' WHEN 119 THEN '2022' WHEN 127 THEN ''
      WHEN 123 THEN 'r9' WHEN 125 THEN 'r8' WHEN 126 THEN 'r7'
    END AS edition,
    CASE keys
      WHEN 63 THEN lsoa11_code WHEN 95 THEN lsoa21_code WHEN 111 THEN msoa21_code WHEN 119 THEN lad22_code
      WHEN 127 THEN (SELECT force_code FROM place.region)
      ELSE to_hex(coalesce(h3_r9, h3_r8, h3_r7))
    END AS code,
    CASE WHEN keys IN (123, 125, 126) THEN coalesce(h3_r9, h3_r8, h3_r7) END AS cell,
    CASE WHEN keys = 127 THEN '' ELSE a_district END AS a_district,
    month,
    category,
    incidents
  FROM summed
)

INSERT INTO analysis.count_month (geography, edition, code, lad_code, category, month, incidents)
SELECT
  n.geography,
  n.edition,
  n.code,
  -- an area's own district; a cell's is that of its centre; the whole region has none
  coalesce(p.parent_code, c.lad_code, n.a_district) AS lad_code,
  n.category,
  n.month,
  n.incidents
FROM named AS n
LEFT JOIN place.area_parent AS p
  ON
    n.geography = p.child_geography
    AND n.edition = p.child_edition
    AND n.code = p.child_code
    AND p.parent_geography = 'lad'
    AND p.parent_edition = '2022'
LEFT JOIN place.h3_cell AS c ON n.cell = c.cell
WHERE n.code IS NOT NULL
