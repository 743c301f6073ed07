-- Neighbourhoods in which postcodes begin as somebody typed: one row a neighbourhood, the one with most of them first.
-- Parameters: district, sector, as_typed (patterns of postcodes as they are written).
SELECT lsoa21_code
FROM published.postcode
WHERE display LIKE :district OR display LIKE :sector OR display LIKE :as_typed
GROUP BY lsoa21_code
ORDER BY count(*) DESC, lsoa21_code
