-- The outline of a patch that was drawn or listed, in degrees. One row. Parameters: drawn (well-known text, EPSG:27700).
SELECT st_asgeojson(st_transform(st_geomfromtext(:drawn, 27700), 4326), 5) AS outline;
