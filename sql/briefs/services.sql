-- Services of a release. Grain: one row a service that is open and public. Reads published.service.
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
ORDER BY kind, name, service_id
