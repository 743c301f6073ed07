-- Services of one release. One row a service that is open and public.
SELECT
  kind,
  service_id,
  name,
  postcode,
  lsoa21_code,
  lon,
  lat
FROM published.service
WHERE release_id = :release_id
ORDER BY kind, name, service_id;
