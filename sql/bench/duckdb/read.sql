-- sqlfluff:dialect:duckdb
-- One row a row of the street files. Parameter: the files.
CREATE TABLE incident AS
SELECT
  "Crime ID" AS crime_id,
  month,
  longitude AS lon,
  latitude AS lat,
  location AS location_label,
  "LSOA code" AS printed_lsoa,
  "Crime type" AS category,
  "Last outcome category" AS outcome
FROM read_csv($1, types = { 'Month': 'VARCHAR', 'Longitude': 'DOUBLE', 'Latitude': 'DOUBLE' })
