-- One row a Crime ID that stands in more than one month, with the first of them: all that do where months is NULL, else those of which
-- an incident stands in one of the months. Inputs: record.incident. Parameter: months.
SELECT
  crime_id,
  min(month) AS first_month
FROM record.incident
WHERE
  crime_id IS NOT NULL
  AND (
    cast(:months AS DATE[]) IS NULL
    OR crime_id IN (
      SELECT i.crime_id
      FROM record.incident AS i
      WHERE i.month = any(cast(:months AS DATE[]))
    )
  )
GROUP BY crime_id
HAVING min(month) < max(month);
