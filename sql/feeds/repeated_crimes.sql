-- One row: how many crimes have incidents set aside, and how many incidents those are.
SELECT
  count(DISTINCT crime_id) AS crimes,
  count(*) AS incidents
FROM record.repeated_incident;
