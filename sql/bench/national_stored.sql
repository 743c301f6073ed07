-- What a load of national size left: rows, locations, areas, and rows of counts. One row.
-- Inputs: record.incident, record.location, place.location_place, place.area, analysis.count_month.
WITH
incident AS (SELECT count(*) AS stored_rows FROM record.incident),

location AS (SELECT count(*) AS locations FROM record.location),

placed AS (SELECT count(lsoa21_code) AS placed_locations FROM place.location_place),

area AS (
  SELECT count(*) AS lsoas
  FROM place.area
  WHERE
    geography = 'lsoa'
    AND edition = '2021'
),

counted AS (SELECT count(*) AS count_rows FROM analysis.count_month)

SELECT
  incident.stored_rows,
  location.locations,
  placed.placed_locations,
  area.lsoas,
  counted.count_rows
FROM incident
CROSS JOIN location
CROSS JOIN placed
CROSS JOIN area
CROSS JOIN counted
