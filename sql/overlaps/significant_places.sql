-- One row a place x group that is a hot spot with at least a given certainty.
-- Inputs: analysis.hotspot. Parameters: geography, edition, measure, period_end, certainty (percent, after FDR).
SELECT
  code,
  group_id
FROM analysis.hotspot
WHERE
  geography = :geography
  AND edition = :edition
  AND measure = :measure
  AND period_end = cast(:period_end AS DATE)
  AND class = 'hot'
  AND certainty >= :certainty
ORDER BY group_id, code
