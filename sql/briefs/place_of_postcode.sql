-- The 2021 LSOAs that a postcode written in capitals without spaces may lie in. Grain: none, one, or several where its old LSOA was split.
-- Reads published.postcode.
SELECT lsoa21_code
FROM published.postcode
WHERE postcode = :postcode
ORDER BY lsoa21_code
