-- Fills analysis.stop_count: one row a place x month x object of search x ethnic group as the person gave it. Searches in the region.
-- Groups are the five of the census, from the first words of the police's 18 categories; "Not stated" and an empty field are not_stated,
-- never filled from what the officer saw. Chinese is Asian, as in the census of 2021.
-- No finer than the MSOA: an LSOA's month often has one search, and one search of a group is a person.
-- Inputs: record.stop, place.location_place, place.region.
WITH
stop AS (
  SELECT
    s.month,
    coalesce(s.object_of_search, 'Not stated') AS object_of_search,
    CASE
      WHEN s.self_defined_ethnicity LIKE 'Asian%' THEN 'asian'
      WHEN s.self_defined_ethnicity LIKE 'Black%' THEN 'black'
      WHEN s.self_defined_ethnicity LIKE 'Mixed%' THEN 'mixed'
      WHEN s.self_defined_ethnicity LIKE 'White%' THEN 'white'
      WHEN s.self_defined_ethnicity LIKE 'Other%' AND s.self_defined_ethnicity NOT LIKE '%Not stated' THEN 'other'
      ELSE 'not_stated'
    END AS ethnicity,
    s.linked,
    p.msoa21_code,
    p.lad22_code
  FROM record.stop AS s
  INNER JOIN place.location_place AS p ON s.location_id = p.location_id
  WHERE p.lad22_code IS NOT NULL
),

summed AS (
  SELECT
    month,
    object_of_search,
    ethnicity,
    msoa21_code,
    lad22_code,
    -- which of the two keys this row is grouped by: its bit is 0
    grouping(msoa21_code, lad22_code) AS keys,
    min(lad22_code) AS a_district,
    count(*) AS stops,
    count(*) FILTER (WHERE linked) AS found,
    count(linked) AS found_known
  FROM stop
  GROUP BY
    GROUPING SETS (
      (month, object_of_search, ethnicity, msoa21_code),
      (month, object_of_search, ethnicity, lad22_code),
      (month, object_of_search, ethnicity)
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
