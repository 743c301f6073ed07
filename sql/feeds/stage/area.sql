-- The areas of one delivery. One row an area.
CREATE TEMPORARY TABLE feeds_area (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  detail SMALLINT NOT NULL,
  delivery_id BIGINT NOT NULL,
  area_m2 DOUBLE PRECISION,
  geom GEOMETRY (MULTIPOLYGON, 27700)
) ON COMMIT DROP;
