-- One row a location of the region with every place it is counted in.
-- The parent of an H3 cell is bit arithmetic: the resolution stands in bits 52 to 55, each unused digit is 7 (three set bits).
-- Only locations that lie in the region (lad22_code is set); incidents of the others are counted in analysis.month_status.
-- Inputs: place.location_place, place.area_parent, place.edition_change, place.region, record.incident.
-- Parameter: months, those whose incidents lie on the locations (NULL = every location).
WITH
-- the district of an LSOA 2011, of those that lie in the region
district_2011 AS (
  SELECT
    p.child_code AS code,
    p.parent_code AS lad_code
  FROM place.area_parent AS p
  WHERE
    p.child_geography = 'lsoa'
    AND p.child_edition = '2011'
    AND p.parent_geography = 'lad'
    AND p.parent_edition = '2022'
    AND EXISTS (
      SELECT 1
      FROM place.area_parent AS f
      INNER JOIN place.region AS r ON f.parent_code = r.force_code
      WHERE
        f.child_geography = 'lad'
        AND f.child_code = p.parent_code
        AND f.parent_geography = 'force'
    )
),

-- a point at the region's edge can lie just outside every LSOA 2011 of it, whose outlines were generalised apart from those of 2021:
-- it goes to the LSOA 2011 that its LSOA 2021 was made from. The 2011 areas that were cut up between districts have no district; a point
-- in such a one stays there
fallback_2011 AS (
  SELECT
    c.to_code AS lsoa21_code,
    coalesce(min(d.code), min(c.from_code)) AS lsoa11_code
  FROM place.edition_change AS c
  LEFT JOIN district_2011 AS d ON c.from_code = d.code
  WHERE
    c.geography = 'lsoa'
    AND c.from_edition = '2011'
    AND c.to_edition = '2021'
  GROUP BY c.to_code
)

SELECT
  p.location_id,
  coalesce(d.code, f.lsoa11_code, p.lsoa11_code) AS lsoa11_code,
  p.lsoa21_code,
  p.msoa21_code,
  p.lad22_code,
  p.h3_r9,
  (p.h3_r9 & ~(cast(15 AS BIGINT) << 52)) | (cast(8 AS BIGINT) << 52) | (cast(7 AS BIGINT) << 18) AS h3_r8,
  (p.h3_r9 & ~(cast(15 AS BIGINT) << 52)) | (cast(7 AS BIGINT) << 52) | (cast(63 AS BIGINT) << 18) AS h3_r7
FROM place.location_place AS p
LEFT JOIN district_2011 AS d ON p.lsoa11_code = d.code
LEFT JOIN fallback_2011 AS f ON p.lsoa21_code = f.lsoa21_code
WHERE
  p.lad22_code IS NOT NULL
  AND (
    cast(:months AS DATE[]) IS NULL
    OR p.location_id IN (
      SELECT i.location_id
      FROM record.incident AS i
      WHERE i.month = any(cast(:months AS DATE[]))
    )
  )
