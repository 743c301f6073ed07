-- Postcodes that a person may search by: live ones that lie in a neighbourhood of the release. One row a postcode.
-- Inputs: place.postcode, published.place. Parameters: release_id.
INSERT INTO published.postcode (postcode, display, lsoa21_code)
SELECT
  p.postcode,
  p.display,
  p.lsoa21_code
FROM place.postcode AS p
INNER JOIN published.place AS a
  ON
    p.lsoa21_code = a.place_code
    AND a.release_id = :release_id
    AND a.geography = 'lsoa'
    AND a.edition = '2021'
WHERE NOT p.terminated
