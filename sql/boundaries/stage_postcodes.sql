-- A table of this transaction for the areas of postcodes. One row a postcode.
CREATE TEMPORARY TABLE boundaries_postcode (
  postcode TEXT PRIMARY KEY,
  lsoa11_code TEXT,
  lsoa21_code TEXT
) ON COMMIT DROP
