-- The distinct points of one delivery. One row a point, numbered as the loader numbers them.
CREATE TEMPORARY TABLE feeds_location (
  point INTEGER NOT NULL,
  lon DOUBLE PRECISION NOT NULL,
  lat DOUBLE PRECISION NOT NULL
) ON COMMIT DROP;
