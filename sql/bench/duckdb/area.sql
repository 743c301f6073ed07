-- sqlfluff:dialect:duckdb
-- One row an outline of LSOA 2021, longitude and latitude. Parameter: the file, as GDAL names it.
CREATE TABLE area AS
SELECT
  COLUMNS('(?i)^lsoa21(_code|cd)$') AS code,
  geom
FROM st_read($1)
