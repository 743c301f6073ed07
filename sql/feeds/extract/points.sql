-- Points of an extract of OpenStreetMap: one row a point, which brings its geometry. GDAL runs this on the file, and the database never.
SELECT
  name,
  place,
  other_tags
FROM points
