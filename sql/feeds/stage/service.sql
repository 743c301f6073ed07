-- The services of one delivery. One row a service; a service without a point of its own gets its postcode's.
CREATE TEMPORARY TABLE feeds_service (
  service_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  postcode TEXT,
  status TEXT NOT NULL,
  easting DOUBLE PRECISION,
  northing DOUBLE PRECISION,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
