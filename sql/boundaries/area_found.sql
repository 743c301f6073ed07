-- The areas of 2021 that a code, a postcode or a name means, as capitals without spaces. One row an area: several for a postcode whose
-- LSOA was split, and for a name that several areas have. Inputs: place.area, place.postcode, place.edition_change. Parameters: wanted.
WITH
meant AS (
  SELECT
    geography,
    edition,
    code
  FROM place.area
  WHERE
    (geography, edition) IN (('lsoa', '2021'), ('msoa', '2021'), ('lad', '2022'))
    AND (
      code = :wanted
      OR upper(replace(name, ' ', '')) = :wanted
      OR upper(replace(local_name, ' ', '')) = :wanted
    )
  UNION
  SELECT
    'lsoa' AS geography,
    '2021' AS edition,
    coalesce(p.lsoa21_code, c.to_code) AS code
  FROM place.postcode AS p
  LEFT JOIN place.edition_change AS c
    ON
      p.lsoa21_code IS NULL
      AND p.easting IS NULL
      AND p.lsoa11_code = c.from_code
      AND c.geography = 'lsoa'
      AND c.from_edition = '2011'
      AND c.to_edition = '2021'
  WHERE p.postcode = :wanted
)

SELECT
  a.geography,
  a.edition,
  a.code,
  a.name,
  a.local_name,
  a.area_m2 / 1e6 AS area_km2
FROM meant AS m
INNER JOIN place.area AS a ON m.geography = a.geography AND m.edition = a.edition AND m.code = a.code
ORDER BY a.geography, a.code
