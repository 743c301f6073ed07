-- Names that people use, onto the areas; an area whose name was taken back has none again. A list of names of MSOA 2011 names those that
-- are the same in 2021, which keep their code. Grain: one row an area. Inputs: place.local_name.
UPDATE place.area AS a
SET local_name = coalesce(n.local_name, same.local_name, '')
FROM place.area AS held
LEFT JOIN place.local_name AS n
  ON held.geography = n.geography AND held.edition = n.edition AND held.code = n.code
LEFT JOIN place.local_name AS same
  ON
    held.geography = same.geography
    AND held.code = same.code
    AND held.geography = 'msoa'
    AND held.edition = '2021'
    AND same.edition = '2011'
WHERE
  a.geography = held.geography
  AND a.edition = held.edition
  AND a.code = held.code
  AND a.local_name <> coalesce(n.local_name, same.local_name, '')
