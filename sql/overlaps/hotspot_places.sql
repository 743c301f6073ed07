-- One row a place of a hot spot map: what was counted (without what police activity produces), Gi* and class.
-- Inputs: analysis.hotspot. Parameters: geography, edition, group_id, measure, period_end.
SELECT
  code,
  incidents,
  gi_z,
  class,
  certainty
FROM analysis.hotspot
WHERE
  geography = :geography
  AND edition = :edition
  AND group_id = :group_id
  AND measure = :measure
  AND period_end = :period_end
ORDER BY code
