-- One row: outcomes loaded, the crimes they are about and how many of those are held; searches loaded, and those counted in the region.
-- Inputs: record.outcome, record.incident, record.stop, analysis.stop_count.
WITH
crime AS (
  SELECT DISTINCT crime_id
  FROM record.outcome
),

held AS (
  SELECT DISTINCT crime_id
  FROM record.incident
),

outcome AS (
  SELECT
    count(*) AS crimes,
    count(h.crime_id) AS matched
  FROM crime AS c
  LEFT JOIN held AS h ON c.crime_id = h.crime_id
),

counted AS (
  SELECT coalesce(sum(stops), 0) AS searches
  FROM analysis.stop_count
  WHERE geography = 'all'
)

SELECT
  (SELECT count(*) FROM record.outcome) AS outcomes,
  o.crimes AS crimes_of_outcomes,
  o.matched,
  (SELECT count(*) FROM record.stop) AS searches,
  c.searches AS searches_counted
FROM outcome AS o
CROSS JOIN counted AS c
