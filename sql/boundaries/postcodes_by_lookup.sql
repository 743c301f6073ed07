-- Postcodes without coordinates (most are terminated): the 2021 LSOA where the 2011 one became exactly one.
-- Grain: one row a postcode. Inputs: place.postcode, place.edition_change.
UPDATE place.postcode AS p
SET lsoa21_code = c.to_code
FROM (
  SELECT
    from_code,
    min(to_code) AS to_code
  FROM place.edition_change
  WHERE
    geography = 'lsoa'
    AND from_edition = '2011'
    AND to_edition = '2021'
  GROUP BY from_code
  HAVING count(*) = 1
) AS c
WHERE
  p.lsoa21_code IS NULL
  AND p.easting IS NULL
  AND p.lsoa11_code = c.from_code
