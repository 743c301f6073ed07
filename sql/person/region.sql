-- The region of this installation: one row, or none before anything is loaded.
SELECT
  name,
  force_code,
  force_name,
  synthetic
FROM place.region;
