-- What a load of national size left: rows, locations, areas, and rows of counts. One row.
-- Inputs: record.incident, record.location, place.location_place, place.area, analysis.count_month.
SELECT
  r.stored_rows,
  l.locations,
  p.placed_locations,
  a.lsoas,
  c.count_rows
FROM (SELECT count(*) AS stored_rows FROM record.incident) AS r
CROSS JOIN (SELECT count(*) AS locations FROM record.location) AS l
CROSS JOIN (SELECT count(lsoa21_code) AS placed_locations FROM place.location_place) AS p
CROSS JOIN (SELECT count(*) FILTER (WHERE geography = 'lsoa' AND edition = '2021') AS lsoas FROM place.area) AS a
CROSS JOIN (SELECT count(*) AS count_rows FROM analysis.count_month) AS c
