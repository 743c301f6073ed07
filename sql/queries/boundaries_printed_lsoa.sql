-- One row a year x printed LSOA x distinct location: how many incidents, and where our own join puts them.
-- Inputs: record.incident, place.location_place.
SELECT
  cast(extract(YEAR FROM i.month) AS INTEGER) AS year,
  i.printed_lsoa,
  p.easting,
  p.northing,
  p.lsoa11_code,
  p.lsoa21_code,
  count(*) AS incidents
FROM record.incident AS i
INNER JOIN place.location_place AS p ON i.location_id = p.location_id
WHERE i.printed_lsoa IS NOT NULL
GROUP BY
  cast(extract(YEAR FROM i.month) AS INTEGER),
  i.printed_lsoa,
  p.location_id
ORDER BY year, i.printed_lsoa, p.location_id
