-- What was recorded in each neighbourhood of a patch (a district, an MSOA, or '' for all that the person may see), also where nothing was.
-- One row a place. months_with: loaded months with at least one incident; residents: those of the rates, NULL where there is none.
-- Inputs: analysis.count_month, analysis.rate, place.area, place.area_parent. Row-level security applies to the counts; places are those
-- of districts that the person may see. Parameters: geography, edition, categories, months, district, msoa,
-- members (of a patch of one's own), tolerance (metres).
WITH
counted AS (
  SELECT
    c.code,
    sum(c.incidents) AS incidents,
    count(DISTINCT c.month) AS months_with
  FROM analysis.count_month AS c
  WHERE
    c.geography = :geography AND c.edition = :edition
    AND c.category = any(cast(:categories AS TEXT[]))
    AND c.month = any(cast(:months AS DATE[]))
  GROUP BY c.code
),

people AS (
  SELECT
    rate.code,
    max(rate.residents) AS residents
  FROM analysis.rate AS rate
  WHERE rate.geography = :geography AND rate.edition = :edition
  GROUP BY rate.code
)

SELECT
  area.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  district.parent_code AS lad_code,
  cast(coalesce(counted.incidents, 0) AS BIGINT) AS incidents,
  cast(coalesce(counted.months_with, 0) AS BIGINT) AS months_with,
  people.residents,
  st_area(area.geom) / 1e6 AS area_km2,
  st_asgeojson(st_transform(st_simplifypreservetopology(area.geom, :tolerance), 4326), 5) AS outline
FROM place.area AS area
INNER JOIN place.area_parent AS district
  ON
    area.geography = district.child_geography AND area.edition = district.child_edition AND area.code = district.child_code
    AND district.parent_geography = 'lad'
-- districts of the region alone have an outline
INNER JOIN place.area AS lad
  ON district.parent_geography = lad.geography AND district.parent_code = lad.code AND lad.geom IS NOT NULL
LEFT JOIN counted ON area.code = counted.code
LEFT JOIN people ON area.code = people.code
WHERE
  area.geography = :geography AND area.edition = :edition
  AND analysis.area_visible(district.parent_code)
  AND (:district = '' OR district.parent_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR area.code = any(cast(:members AS TEXT[])))
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = area.geography AND parent.child_edition = area.edition AND parent.child_code = area.code
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :msoa
    )
  )
ORDER BY area.name, area.code;
