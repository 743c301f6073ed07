-- One row a group x measure x place that was mapped, and whether it is a hot spot with at least a given certainty.
-- Inputs: analysis.hotspot. Parameters: geography, edition, period_end, certainty (percent, after FDR).
SELECT
  group_id,
  measure,
  code,
  class = 'hot' AND certainty >= :certainty AS hot
FROM analysis.hotspot
WHERE geography = :geography AND edition = :edition AND period_end = cast(:period_end AS DATE)
ORDER BY group_id, measure, code
