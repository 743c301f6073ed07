-- Tells the planner what a load has written: without it the first joins are planned for empty tables.
SELECT
  record.refresh_statistics('place') AS place,
  record.refresh_statistics('record') AS record;
