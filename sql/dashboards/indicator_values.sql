-- An indicator in the places of a patch, by period; row-level security applies. One row a place x period. Inputs:
-- analysis.indicator_place, place.area_parent. Parameters: indicator; district ('' for all that the person may see); code (an MSOA, '' for
-- every place); members (of a patch of one's own, empty for every place).
SELECT
  given.period,
  given.geography,
  given.code,
  given.value,
  given.numerator,
  given.denominator
FROM analysis.indicator_place AS given
WHERE
  given.indicator = :indicator
  AND (:district = '' OR given.lad_code = :district)
  AND (
    :code = '' OR given.code = :code
    OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = given.geography AND parent.child_edition = given.edition AND parent.child_code = given.code
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :code
    )
  )
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR (given.geography = 'lsoa' AND given.code = any(cast(:members AS TEXT[]))))
ORDER BY given.period, given.code;
