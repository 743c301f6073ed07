-- One row an incident of a month that has a location: where it is and its publisher's category.
-- Inputs: record.incident. Parameter: month, its first day.
SELECT
  location_id,
  category
FROM record.incident
WHERE
  month = cast(:month AS DATE)
  AND location_id IS NOT NULL
