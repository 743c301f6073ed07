-- One row a group that the hot spot stage mapped for a geography, measure and period.
-- Inputs: analysis.hotspot. Parameters: geography, edition, measure, period_end.
SELECT DISTINCT group_id
FROM analysis.hotspot
WHERE
  geography = :geography
  AND edition = :edition
  AND measure = :measure
  AND period_end = cast(:period_end AS DATE)
ORDER BY group_id
