-- Fills analysis.stop_count: one row a place x month x object of search x ethnic group as the person gave it. Searches in the region.
-- No finer than the MSOA: an LSOA's month often has one search, and one search of a group is a person.
-- Inputs: stop_in_region (searches/stage_stops), place.region.
WITH
summed AS (
  SELECT
    month,
    object_of_search,
    self_defined AS ethnicity,
    msoa21_code,
    lad22_code,
    -- which of the two keys this row is grouped by: its bit is 0
    grouping(msoa21_code, lad22_code) AS keys,
    min(lad22_code) AS a_district,
    count(*) AS stops,
    count(*) FILTER (WHERE linked) AS found,
    count(linked) AS found_known
  FROM stop_in_region
  GROUP BY
    GROUPING SETS (
      (month, object_of_search, self_defined, msoa21_code),
      (month, object_of_search, self_defined, lad22_code),
      (month, object_of_search, self_defined)
    )
),

named AS (
  SELECT
    CASE s.keys WHEN 1 THEN 'msoa' WHEN 2 THEN 'lad' ELSE 'all' END AS geography,
    CASE s.keys WHEN 1 THEN '2021' WHEN 2 THEN '2022' ELSE '' END AS edition,
    CASE s.keys WHEN 1 THEN s.msoa21_code WHEN 2 THEN s.lad22_code ELSE r.force_code END AS code,
    CASE WHEN s.keys = 3 THEN '' ELSE s.a_district END AS lad_code,
    s.month,
    s.object_of_search,
    s.ethnicity,
    s.stops,
    s.found,
    s.found_known
  FROM summed AS s
  CROSS JOIN place.region AS r
)

INSERT INTO analysis.stop_count (
  geography, edition, code, lad_code, month, object_of_search, ethnicity, stops, found, found_known
)
SELECT
  geography,
  edition,
  code,
  lad_code,
  month,
  object_of_search,
  ethnicity,
  stops,
  found,
  found_known
FROM named
WHERE code IS NOT NULL
