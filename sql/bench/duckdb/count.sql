-- sqlfluff:dialect:duckdb
-- One row an LSOA 2021 x category x month with an incident. Inputs: placed.
CREATE TABLE count_month AS
SELECT
  code,
  category,
  month,
  count(*) AS incidents
FROM placed
WHERE code IS NOT NULL
GROUP BY code, category, month
