-- LSOAs of 2021 around some others, the members included: one row an LSOA with its residents and its middle layer area.
-- Inputs: place.area, place.area_parent, place.population. Parameters: members (codes).
SELECT
  a.code,
  m.parent_code AS msoa,
  coalesce(w.people, 0) AS people,
  a.code = any(:members) AS member
FROM place.area AS a
LEFT JOIN place.area_parent AS m
  ON
    a.code = m.child_code
    AND m.child_geography = 'lsoa'
    AND m.child_edition = '2021'
    AND m.parent_geography = 'msoa'
    AND m.parent_edition = '2021'
LEFT JOIN place.population AS w
  ON
    a.code = w.code
    AND w.geography = 'lsoa'
    AND w.edition = '2021'
    AND w.measure = 'residents'
    AND w.reference = 'census2021'
WHERE
  a.geography = 'lsoa'
  AND a.edition = '2021'
  AND (
    a.code = any(:members)
    OR EXISTS (
      SELECT 1
      FROM place.area AS b
      WHERE b.geography = 'lsoa' AND b.edition = '2021' AND b.code = any(:members) AND st_dwithin(a.geom, b.geom, 1.0)
    )
    OR m.parent_code IN (
      SELECT p.parent_code
      FROM place.area_parent AS p
      WHERE
        p.child_code = any(:members)
        AND p.child_geography = 'lsoa'
        AND p.child_edition = '2021'
        AND p.parent_geography = 'msoa'
        AND p.parent_edition = '2021'
    )
  )
ORDER BY a.code
