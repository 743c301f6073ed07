-- One row an area with a value of an indicator, of the period asked for or, where that is '', of the latest there is.
-- Inputs: record.indicator. Parameters: indicator, geography, edition, period.
SELECT
  code,
  period,
  value,
  numerator,
  denominator,
  delivery_id
FROM record.indicator
WHERE
  indicator = :indicator
  AND geography = :geography
  AND edition = :edition
  AND value IS NOT NULL
  AND (
    (:period <> '' AND period = :period)
    OR (
      :period = '' AND period = (
        SELECT max(latest.period)
        FROM record.indicator AS latest
        WHERE latest.indicator = :indicator AND latest.geography = :geography AND latest.edition = :edition
      )
    )
  )
ORDER BY code
