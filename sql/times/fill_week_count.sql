-- Fills analysis.week_count: one row a source x category x district x weekday x hour with a record whose weekday or hour is known.
-- An event lies in the district of its point, or of its printed LSOA; a stop in that of its point; those without are left out.
-- Inputs: record.event, record.stop, place.location_place, place.area_parent, place.region. Parameters: run_id.
INSERT INTO analysis.week_count (source, category, lad_code, weekday, hour, period_start, period_end, records, run_id)
WITH
district AS (
  SELECT p.child_code AS code
  FROM place.area_parent AS p
  INNER JOIN place.region AS r ON p.parent_code = r.force_code
  WHERE
    p.child_geography = 'lad'
    AND p.child_edition = '2022'
    AND p.parent_geography = 'force'
),

timed AS (
  SELECT
    e.feed AS source,
    e.category,
    coalesce(l.lad22_code, a.parent_code) AS lad_code,
    e.weekday,
    e.hour,
    e.month
  FROM record.event AS e
  LEFT JOIN place.location_place AS l ON e.location_id = l.location_id
  LEFT JOIN place.area_parent AS a
    ON
      e.lsoa_code = a.child_code
      AND e.lsoa_edition = a.child_edition
      AND a.child_geography = 'lsoa'
      AND a.parent_geography = 'lad'
      AND a.parent_edition = '2022'
  WHERE e.weekday IS NOT NULL OR e.hour IS NOT NULL
  UNION ALL
  SELECT
    'stop_search' AS source,
    'Stop and search' AS category,
    l.lad22_code AS lad_code,
    cast(NULL AS SMALLINT) AS weekday,
    s.hour,
    s.month
  FROM record.stop AS s
  INNER JOIN place.location_place AS l ON s.location_id = l.location_id
)

SELECT
  t.source,
  t.category,
  t.lad_code,
  t.weekday,
  t.hour,
  min(t.month) AS period_start,
  max(t.month) AS period_end,
  count(*) AS records,
  :run_id AS run_id
FROM timed AS t
INNER JOIN district AS d ON t.lad_code = d.code
GROUP BY t.source, t.category, t.lad_code, t.weekday, t.hour
