-- Features of the background in the system of web maps (EPSG:3857), in single parts: lines of one road are joined later, and only single
-- lines can be. One row a part of a feature. Inputs: place.background.
CREATE TEMPORARY TABLE background_feature ON COMMIT DROP AS
SELECT
  b.kind,
  b.class,
  b.name,
  b.least_zoom,
  st_dimension(b.geom) AS dimension,
  st_transform(part.geom, 3857) AS geom
FROM place.background AS b
CROSS JOIN LATERAL st_dump(b.geom) AS part
