-- One row a year x edition of the printed codes x printed LSOA x distinct location: how many incidents, and where our own join puts them.
-- The edition is decided by month (a file is printed with one): the one that holds most of the month's distinct codes.
-- Inputs: record.incident, place.location_place, place.area.
WITH
printed AS (
  SELECT
    month,
    printed_lsoa,
    location_id,
    count(*) AS incidents
  FROM record.incident
  WHERE printed_lsoa IS NOT NULL
  GROUP BY month, printed_lsoa, location_id
),

month_code AS (
  SELECT DISTINCT
    month,
    printed_lsoa
  FROM printed
),

month_edition AS (
  SELECT DISTINCT ON (c.month)
    c.month,
    a.edition
  FROM month_code AS c
  LEFT JOIN place.area AS a
    ON
      c.printed_lsoa = a.code
      AND a.geography = 'lsoa'
  GROUP BY c.month, a.edition
  ORDER BY c.month ASC, count(a.code) DESC, a.edition DESC
)

SELECT
  cast(extract(YEAR FROM i.month) AS INTEGER) AS year,
  coalesce(e.edition, '') AS edition,
  i.printed_lsoa,
  p.easting,
  p.northing,
  p.lsoa11_code,
  p.lsoa21_code,
  sum(i.incidents) AS incidents
FROM printed AS i
INNER JOIN month_edition AS e ON i.month = e.month
INNER JOIN place.location_place AS p ON i.location_id = p.location_id
GROUP BY
  extract(YEAR FROM i.month),
  e.edition,
  i.printed_lsoa,
  p.location_id
ORDER BY year ASC, edition ASC, i.printed_lsoa ASC, p.location_id ASC
