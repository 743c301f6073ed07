-- The 2021 LSOA of a postcode written in capitals without spaces. Grain: no row or one. Reads published.postcode.
SELECT lsoa21_code
FROM published.postcode
WHERE postcode = :postcode
