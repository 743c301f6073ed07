-- Of some neighbourhoods and local areas those that lie in a patch or hold a part of it, with their names: one row each. Inputs:
-- place.area, place.area_parent. Parameters: codes (of the places), msoa and members as in patch/places.
SELECT
  named.code,
  named.name
FROM place.area AS named
WHERE
  named.geography IN ('lsoa', 'msoa')
  AND named.edition = '2021'
  AND named.code = any(cast(:codes AS TEXT[]))
  AND EXISTS (
    SELECT
    FROM place.area_parent AS part
    WHERE
      part.child_geography = 'lsoa'
      AND part.child_edition = '2021'
      AND part.parent_geography = 'msoa'
      AND named.code IN (part.child_code, part.parent_code)
      AND (:msoa = '' OR part.parent_code = :msoa)
      AND (cardinality(cast(:members AS TEXT[])) = 0 OR part.child_code = any(cast(:members AS TEXT[])))
  )
