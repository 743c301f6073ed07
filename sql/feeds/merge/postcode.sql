-- Puts postcodes in place. Each feed fills the columns it has and leaves the others as they are. A postcode that a redelivery
-- no longer lists stays: people go on typing postcodes after they were withdrawn.
INSERT INTO place.postcode AS held (postcode, display, easting, northing, lsoa11_code, lsoa21_code, terminated, delivery_id)
SELECT
  postcode,
  display,
  easting,
  northing,
  lsoa11_code,
  lsoa21_code,
  coalesce(terminated, FALSE) AS terminated,
  delivery_id
FROM feeds_postcode
ON CONFLICT (postcode) DO UPDATE SET
  easting = coalesce(excluded.easting, held.easting),
  northing = coalesce(excluded.northing, held.northing),
  lsoa11_code = coalesce(excluded.lsoa11_code, held.lsoa11_code),
  lsoa21_code = coalesce(excluded.lsoa21_code, held.lsoa21_code),
  terminated = CASE WHEN :says_terminated THEN excluded.terminated ELSE held.terminated END,
  delivery_id = excluded.delivery_id;
