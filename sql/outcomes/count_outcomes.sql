-- Fills analysis.outcome_count: one row a place x category x month of the crimes x what became of them. Crimes with an ID, in the region.
-- What became of a crime is its newest outcome loaded; where there is none, what the street file said at its download; else nothing.
-- Of two outcomes of one month the later line stands: the files are in no other order.
-- Inputs: record.incident, record.outcome, place.location_place, place.region.
WITH
newest AS (
  SELECT DISTINCT ON (crime_id)
    crime_id,
    outcome
  FROM record.outcome
  ORDER BY crime_id ASC, month DESC, delivery_id DESC, line DESC
),

crime AS (
  SELECT
    i.month,
    i.category,
    p.msoa21_code,
    p.lad22_code,
    coalesce(n.outcome, i.outcome, 'Not stated') AS outcome,
    CASE WHEN n.outcome IS NOT NULL THEN 'outcome_file' WHEN i.outcome IS NOT NULL THEN 'street_file' ELSE 'none' END AS basis
  FROM record.incident AS i
  INNER JOIN place.location_place AS p ON i.location_id = p.location_id
  LEFT JOIN newest AS n ON i.crime_id = n.crime_id
  WHERE i.crime_id IS NOT NULL AND p.lad22_code IS NOT NULL
),

summed AS (
  SELECT
    month,
    category,
    outcome,
    basis,
    msoa21_code,
    lad22_code,
    -- which of the two keys this row is grouped by: its bit is 0
    grouping(msoa21_code, lad22_code) AS keys,
    min(lad22_code) AS a_district,
    count(*) AS crimes
  FROM crime
  GROUP BY
    GROUPING SETS (
      (month, category, outcome, basis, msoa21_code),
      (month, category, outcome, basis, lad22_code),
      (month, category, outcome, basis)
    )
)

INSERT INTO analysis.outcome_count (geography, edition, code, lad_code, category, month, outcome, basis, crimes)
SELECT
  CASE s.keys WHEN 1 THEN 'msoa' WHEN 2 THEN 'lad' ELSE 'all' END AS geography,
  CASE s.keys WHEN 1 THEN '2021' WHEN 2 THEN '2022' ELSE '' END AS edition,
  CASE s.keys WHEN 1 THEN s.msoa21_code WHEN 2 THEN s.lad22_code ELSE r.force_code END AS code,
  CASE WHEN s.keys = 3 THEN '' ELSE s.a_district END AS lad_code,
  s.category,
  s.month,
  s.outcome,
  s.basis,
  s.crimes
FROM summed AS s
CROSS JOIN place.region AS r
WHERE s.keys <> 1 OR s.msoa21_code IS NOT NULL
