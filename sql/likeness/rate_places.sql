-- One row a place with what was counted of a group in the period that ends then. Inputs: analysis.rate.
-- Parameters: geography, edition, group_id, period_end.
SELECT
  code,
  incidents
FROM analysis.rate
WHERE
  geography = :geography
  AND edition = :edition
  AND group_id = :group_id
  AND period_end = :period_end
ORDER BY code
