-- One row a live postcode with a point, in an LSOA of 2021 of the region. Inputs: place.postcode, place.area_parent, place.region.
SELECT
  postcode.lsoa21_code AS code,
  postcode.easting,
  postcode.northing
FROM place.postcode AS postcode
INNER JOIN place.area_parent AS in_district
  ON
    postcode.lsoa21_code = in_district.child_code
    AND in_district.child_geography = 'lsoa'
    AND in_district.child_edition = '2021'
    AND in_district.parent_geography = 'lad'
    AND in_district.parent_edition = '2022'
WHERE
  NOT postcode.terminated
  AND postcode.easting IS NOT NULL
  AND EXISTS (
    SELECT 1
    FROM place.area_parent AS in_force
    INNER JOIN place.region AS region ON in_force.parent_code = region.force_code
    WHERE in_force.child_geography = 'lad' AND in_force.parent_geography = 'force' AND in_force.child_code = in_district.parent_code
  )
ORDER BY postcode.lsoa21_code, postcode.postcode
