-- An outline in degrees as it lies on the National Grid (EPSG:27700). One row. Parameters: outline (well-known text).
SELECT st_astext(st_transform(st_geomfromtext(:outline, 4326), 27700)) AS drawn;
