-- One row a geography: how many rows of counts and how many places with at least one incident.
-- Inputs: analysis.count_month.
SELECT
  geography,
  edition,
  count(*) AS count_rows,
  count(DISTINCT code) AS places
FROM analysis.count_month
GROUP BY geography, edition
ORDER BY geography, edition
