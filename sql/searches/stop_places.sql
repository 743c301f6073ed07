-- Searches in each local area (MSOA of 2021), also where there was none. One row a local area of the districts that the person may see.
-- residents: those of the rates, NULL where there is none. Inputs: analysis.stop_count, analysis.rate, place.area, place.area_parent.
-- Row-level security applies to the counts; areas are those of districts that the person may see.
-- Parameters: district ('' for all of them), period_start, period_end (months), tolerance (metres).
WITH
counted AS (
  SELECT
    s.code,
    sum(s.stops) AS stops,
    sum(s.found) AS found,
    sum(s.found_known) AS found_known
  FROM analysis.stop_count AS s
  WHERE s.geography = 'msoa' AND s.edition = '2021' AND s.month BETWEEN :period_start AND :period_end
  GROUP BY s.code
),

people AS (
  SELECT
    rate.code,
    max(rate.residents) AS residents
  FROM analysis.rate AS rate
  WHERE rate.geography = 'msoa' AND rate.edition = '2021'
  GROUP BY rate.code
)

SELECT
  area.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  district.parent_code AS lad_code,
  cast(coalesce(counted.stops, 0) AS BIGINT) AS stops,
  cast(coalesce(counted.found, 0) AS BIGINT) AS found,
  cast(coalesce(counted.found_known, 0) AS BIGINT) AS found_known,
  people.residents,
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
  area.geography = 'msoa' AND area.edition = '2021'
  AND analysis.area_visible(district.parent_code)
  AND (:district = '' OR district.parent_code = :district)
ORDER BY area.name, area.code;
