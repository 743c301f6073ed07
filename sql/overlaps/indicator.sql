-- One row a place with a value of an indicator.
-- Inputs: record.indicator. Parameters: indicator, geography, edition, period.
SELECT
  code,
  value,
  delivery_id
FROM record.indicator
WHERE
  indicator = :indicator
  AND geography = :geography
  AND edition = :edition
  AND period = :period
  AND value IS NOT NULL
ORDER BY code
