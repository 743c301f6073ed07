-- One row a location of the region with every place it is counted in. Inputs: analytics_location.
SELECT
  location_id,
  lsoa11_code,
  lsoa21_code,
  msoa21_code,
  lad22_code,
  h3_r9,
  h3_r8,
  h3_r7
FROM analytics_location
ORDER BY location_id
