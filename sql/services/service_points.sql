-- Services of a kind with their point. One row a service. Inputs: analysis.service_point. Parameters: kind.
SELECT
  service_id,
  name,
  lon,
  lat
FROM analysis.service_point
WHERE kind = :kind
ORDER BY name, service_id
