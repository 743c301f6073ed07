-- One row: 1 where partners gave any events, 0 where none did. Inputs: record.event.
SELECT
  CASE
    WHEN EXISTS (SELECT 1 FROM record.event) THEN 1
    ELSE 0
  END AS events
