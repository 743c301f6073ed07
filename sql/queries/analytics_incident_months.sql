-- One row a month that holds incidents. Inputs: record.incident.
SELECT DISTINCT month
FROM record.incident
ORDER BY month
