-- One row a category that a loaded incident has.
-- Inputs: record.incident.
SELECT DISTINCT category
FROM record.incident
ORDER BY category
