-- Distance to a kind of service from each place that the person may see; row-level security applies. One row a place.
-- Inputs: analysis.service_reach. Parameters: kind.
SELECT
  code,
  residents,
  basis,
  homes,
  nearest_m,
  nearest_lower_m,
  nearest_upper_m,
  share_within,
  residents_beyond,
  share_at_border,
  sfca_2,
  sfca_enhanced,
  sfca_3
FROM analysis.service_reach
WHERE kind = :kind
ORDER BY code
