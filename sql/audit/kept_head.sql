-- The head as the function that adds events keeps it. One row.
SELECT
  events,
  hash
FROM audit.head
