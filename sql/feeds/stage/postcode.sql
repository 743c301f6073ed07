-- The postcodes of one delivery. One row a postcode.
CREATE TEMPORARY TABLE feeds_postcode (
  postcode TEXT NOT NULL,
  display TEXT NOT NULL,
  easting DOUBLE PRECISION,
  northing DOUBLE PRECISION,
  lsoa11_code TEXT,
  lsoa21_code TEXT,
  terminated BOOLEAN,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
