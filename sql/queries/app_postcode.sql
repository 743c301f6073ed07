-- The LSOA of one postcode (upper case, no spaces). One row, or none.
SELECT
  display,
  lsoa21_code
FROM published.postcode
WHERE postcode = :postcode;
