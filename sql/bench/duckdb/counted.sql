-- sqlfluff:dialect:duckdb
-- How many incidents were counted. Inputs: count_month.
SELECT sum(incidents)
FROM count_month
