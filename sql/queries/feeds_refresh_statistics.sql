-- Tells the planner what a load has written: without it the first joins are planned for empty tables.
-- places: whether anything but records was loaded; measuring every outline again takes longer than loading a month.
SELECT
  record.refresh_statistics('record') AS record,
  CASE WHEN cast(:places AS BOOLEAN) THEN record.refresh_statistics('place') END AS place;
