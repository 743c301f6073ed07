-- One row a month as the crime stage left it. Inputs: record.compared_month.
SELECT
  cast(month AS TEXT) AS month,
  mark
FROM record.compared_month;
