-- What people call the MSOA around each LSOA 2021, onto the LSOAs. Grain: one row an LSOA. Inputs: place.area, place.area_parent.
UPDATE place.area AS a
SET around = coalesce(msoa.local_name, '')
FROM place.area AS held
LEFT JOIN place.area_parent AS parent
  ON
    held.geography = parent.child_geography
    AND held.edition = parent.child_edition
    AND held.code = parent.child_code
    AND parent.parent_geography = 'msoa'
    AND parent.parent_edition = '2021'
LEFT JOIN place.area AS msoa
  ON parent.parent_geography = msoa.geography AND parent.parent_edition = msoa.edition AND parent.parent_code = msoa.code
WHERE
  a.geography = 'lsoa'
  AND a.edition = '2021'
  AND a.geography = held.geography
  AND a.edition = held.edition
  AND a.code = held.code
  AND a.around <> coalesce(msoa.local_name, '')
