-- How each hot spot by count holds on other grids and without its busiest location; row-level security applies. One row a hot spot.
-- Inputs: analysis.stability. Parameters: geography, edition, group_id, period_end.
SELECT
  code,
  grids,
  grids_half,
  grids_same,
  grids_double,
  holds_without_busiest,
  busiest_share
FROM analysis.stability
WHERE geography = :geography AND edition = :edition AND group_id = :group_id AND period_end = :period_end;
