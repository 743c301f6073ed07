-- The LSOAs that one postcode (upper case, no spaces) may lie in: one row, several where its old neighbourhood was split, or none.
SELECT
  display,
  lsoa21_code,
  terminated
FROM published.postcode
WHERE postcode = :postcode
ORDER BY lsoa21_code;
