-- The months of the cube that a group's patterns are made of: the first, and the last that lies in a period. One row where there is one.
-- Inputs: analysis.emerging. Parameters: group_id, period_start, period_end.
SELECT
  min(period_start) AS first_month,
  period_end AS last_month
FROM analysis.emerging
WHERE
  geography = 'lsoa' AND edition = '2021' AND group_id = :group_id
  AND period_end BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
GROUP BY period_end
ORDER BY period_end DESC
LIMIT 1;
