-- How many rows of hours of the week there are. One row.
-- Inputs: analysis.week_count.
SELECT count(*) AS week_rows
FROM analysis.week_count
