-- Areas of an extract of OpenStreetMap: one row an area, which brings its geometry. GDAL runs this on the file, and the database never.
SELECT
  name,
  "natural",
  landuse,
  leisure
FROM multipolygons
