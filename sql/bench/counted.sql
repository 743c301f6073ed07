-- One value: how many incidents were counted in an LSOA 2021. Inputs: analysis.count_month.
SELECT cast(coalesce(sum(incidents), 0) AS DOUBLE PRECISION) AS incidents
FROM analysis.count_month
WHERE
  geography = 'lsoa'
  AND edition = '2021'
