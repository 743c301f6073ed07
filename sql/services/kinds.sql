-- One row a declared kind of service. Inputs: analysis.service_kind.
SELECT
  kind,
  position,
  label,
  reach_m,
  catchment_m,
  caution,
  unused,
  sites,
  sites_without_point,
  residents,
  residents_beyond,
  beyond_at_border,
  run_id
FROM analysis.service_kind
ORDER BY position
