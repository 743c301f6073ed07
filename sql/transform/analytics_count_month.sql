-- Fills analysis.count_month for one month: one row a place x category, for every geography in one pass over the incidents.
-- A month at a time, so that a national load sorts in memory. Grain of the pass: a distinct location x category, so a million incidents
-- on 50,000 anchor points aggregate early. month: its first day.
-- Inputs: record.incident, analytics_location, place.area_parent, place.h3_cell, place.region.
WITH
incident AS (
  SELECT
    location_id,
    month,
    category,
    count(*) AS incidents
  FROM record.incident
  WHERE
    location_id IS NOT NULL
    AND month = :month
  GROUP BY location_id, month, category
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
  INNER JOIN analytics_location AS l ON i.location_id = l.location_id
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
