-- One row a publisher's category of a month: the locations of its incidents, one entry an incident. Incidents without one are left out.
-- Inputs: record.incident. Parameters: month.
SELECT
  category,
  array_agg(location_id) AS location_ids
FROM record.incident
WHERE
  month = cast(:month AS DATE)
  AND location_id IS NOT NULL
GROUP BY category
ORDER BY category
