-- Postcodes that a person may search by: every one held that lies in a neighbourhood of the release, terminated ones too, because people go
-- on typing them. One row a postcode and neighbourhood: a postcode without a position whose LSOA 2011 was split has a row
-- for each neighbourhood that it may lie in.
-- Inputs: place.postcode, place.edition_change, published.place. Parameters: release_id.
WITH
located AS (
  SELECT
    postcode,
    display,
    terminated,
    lsoa21_code
  FROM place.postcode
  WHERE lsoa21_code IS NOT NULL
  UNION
  SELECT
    p.postcode,
    p.display,
    p.terminated,
    c.to_code AS lsoa21_code
  FROM place.postcode AS p
  INNER JOIN place.edition_change AS c
    ON
      p.lsoa11_code = c.from_code
      AND c.geography = 'lsoa'
      AND c.from_edition = '2011'
      AND c.to_edition = '2021'
  -- one with a position outside every neighbourhood lies in none, whatever its old code says
  WHERE p.lsoa21_code IS NULL AND p.easting IS NULL
)

INSERT INTO published.postcode (postcode, display, lsoa21_code, terminated)
SELECT
  l.postcode,
  l.display,
  l.lsoa21_code,
  l.terminated
FROM located AS l
INNER JOIN published.place AS a
  ON
    l.lsoa21_code = a.place_code
    AND a.release_id = :release_id
    AND a.geography = 'lsoa'
    AND a.edition = '2021'
