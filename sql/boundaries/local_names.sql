-- Names that people use, onto the areas; an area whose name was taken back has none again.
-- Grain: one row an area. Inputs: place.local_name.
UPDATE place.area AS a
SET local_name = coalesce(n.local_name, '')
FROM place.area AS held
LEFT JOIN place.local_name AS n
  ON held.geography = n.geography AND held.edition = n.edition AND held.code = n.code
WHERE
  a.geography = held.geography
  AND a.edition = held.edition
  AND a.code = held.code
  AND a.local_name <> coalesce(n.local_name, '')
