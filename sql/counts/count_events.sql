-- Fills analysis.event_count: one row a feed x category x place x month with at least one event of a partner, in the region.
-- A point or postcode lies where the place stage says. A code of 2021 is its own place. A code of 2011 lies in the LSOA 2021 that it became
-- where that is one area (unchanged or merged); one that was split or redrawn is counted as LSOA 2011 and in its district, and in an
-- MSOA 2021 only where all its successors lie in the same one. Nothing is shared out.
-- Inputs: record.event, place.location_place, place.area_parent, place.edition_change, place.region.
WITH
event AS (
  SELECT
    feed,
    category,
    month,
    location_id,
    lsoa_code,
    lsoa_edition,
    count(*) AS events
  FROM record.event
  WHERE location_id IS NOT NULL OR lsoa_code IS NOT NULL
  GROUP BY feed, category, month, location_id, lsoa_code, lsoa_edition
),

district AS (
  SELECT p.child_code AS code
  FROM place.area_parent AS p
  INNER JOIN place.region AS r ON p.parent_code = r.force_code
  WHERE
    p.child_geography = 'lad'
    AND p.child_edition = '2022'
    AND p.parent_geography = 'force'
),

lsoa AS (
  SELECT
    p.child_edition AS edition,
    p.child_code AS code,
    p.parent_code AS lad_code
  FROM place.area_parent AS p
  INNER JOIN district AS d ON p.parent_code = d.code
  WHERE
    p.child_geography = 'lsoa'
    AND p.parent_geography = 'lad'
    AND p.parent_edition = '2022'
),

msoa AS (
  SELECT
    child_code AS lsoa_code,
    parent_code AS code
  FROM place.area_parent
  WHERE
    child_geography = 'lsoa'
    AND child_edition = '2021'
    AND parent_geography = 'msoa'
    AND parent_edition = '2021'
),

successor AS (
  SELECT
    c.from_code AS code,
    CASE WHEN count(*) = 1 AND min(c.change) IN ('U', 'M') THEN min(c.to_code) END AS lsoa21_code,
    CASE WHEN count(DISTINCT m.code) = 1 AND count(m.code) = count(*) THEN min(m.code) END AS msoa21_code
  FROM place.edition_change AS c
  LEFT JOIN msoa AS m ON c.to_code = m.lsoa_code
  WHERE
    c.geography = 'lsoa'
    AND c.from_edition = '2011'
    AND c.to_edition = '2021'
  GROUP BY c.from_code
),

placed AS (
  SELECT
    e.feed,
    e.category,
    e.month,
    e.events,
    NULL AS lsoa11_code,
    p.lsoa21_code,
    p.msoa21_code,
    p.lad22_code
  FROM event AS e
  INNER JOIN place.location_place AS p ON e.location_id = p.location_id
  WHERE p.lad22_code IS NOT NULL
  UNION ALL
  SELECT
    e.feed,
    e.category,
    e.month,
    e.events,
    CASE WHEN e.lsoa_edition = '2011' THEN e.lsoa_code END AS lsoa11_code,
    CASE WHEN e.lsoa_edition = '2021' THEN e.lsoa_code ELSE s.lsoa21_code END AS lsoa21_code,
    CASE WHEN e.lsoa_edition = '2021' THEN m.code ELSE s.msoa21_code END AS msoa21_code,
    l.lad_code AS lad22_code
  FROM event AS e
  INNER JOIN lsoa AS l ON e.lsoa_edition = l.edition AND e.lsoa_code = l.code
  LEFT JOIN successor AS s ON e.lsoa_edition = '2011' AND e.lsoa_code = s.code
  LEFT JOIN msoa AS m ON e.lsoa_edition = '2021' AND e.lsoa_code = m.lsoa_code
),

named AS (
  SELECT
    t.feed,
    t.category,
    t.month,
    t.events,
    t.lad22_code,
    v.geography,
    v.edition,
    v.code
  FROM placed AS t
  CROSS JOIN place.region AS r
  CROSS JOIN
    LATERAL (
      VALUES
      ('lsoa', '2011', t.lsoa11_code),
      ('lsoa', '2021', t.lsoa21_code),
      ('msoa', '2021', t.msoa21_code),
      ('lad', '2022', t.lad22_code),
      ('all', '', r.force_code)
    ) AS v (geography, edition, code)
  WHERE v.code IS NOT NULL
)

INSERT INTO analysis.event_count (feed, category, geography, edition, code, lad_code, month, events)
SELECT
  feed,
  category,
  geography,
  edition,
  code,
  CASE WHEN geography = 'all' THEN '' ELSE min(lad22_code) END AS lad_code,
  month,
  cast(sum(events) AS INTEGER) AS events
FROM named
GROUP BY feed, category, geography, edition, code, month
