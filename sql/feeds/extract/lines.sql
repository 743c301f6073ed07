-- Lines of an extract of OpenStreetMap: one row a way, which brings its geometry. GDAL runs this on the file, and the database never.
SELECT
  name,
  highway,
  waterway,
  railway,
  other_tags
FROM lines
