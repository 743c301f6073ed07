-- The LSOAs of postcodes: 2021 from their coordinates; 2011 too where no lookup has said it.
-- Grain: one row a postcode. Inputs: boundaries_postcode.
UPDATE place.postcode AS p
SET
  lsoa21_code = b.lsoa21_code,
  lsoa11_code = coalesce(p.lsoa11_code, b.lsoa11_code)
FROM boundaries_postcode AS b
WHERE
  p.postcode = b.postcode
  AND (
    p.lsoa21_code IS DISTINCT FROM b.lsoa21_code
    OR p.lsoa11_code IS DISTINCT FROM coalesce(p.lsoa11_code, b.lsoa11_code)
  )
