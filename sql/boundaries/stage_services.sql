-- A table of this transaction for the places of services. One row a service.
CREATE TEMPORARY TABLE boundaries_service (
  kind TEXT NOT NULL,
  service_id TEXT NOT NULL,
  easting DOUBLE PRECISION NOT NULL,
  northing DOUBLE PRECISION NOT NULL,
  lsoa21_code TEXT,
  lad22_code TEXT,
  PRIMARY KEY (kind, service_id)
) ON COMMIT DROP
