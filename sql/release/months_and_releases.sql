-- How many months of a span are loaded, and how many releases there are. One row.
-- Inputs: analysis.month_status, published.release. Parameters: first, last (months).
SELECT
  (SELECT count(*) FROM published.release) AS released,
  count(*) AS loaded
FROM analysis.month_status
WHERE status = 'loaded' AND month BETWEEN :first AND :last
