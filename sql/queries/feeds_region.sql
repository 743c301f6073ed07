-- The one region of this installation.
SELECT
  name,
  force_code,
  force_name,
  synthetic
FROM place.region;
