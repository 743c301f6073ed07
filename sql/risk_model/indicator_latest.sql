-- One row a place with a value of an indicator, of the latest period that the indicator has.
-- Inputs: record.indicator. Parameters: indicator, geography, edition.
SELECT
  i.code,
  i.value,
  i.delivery_id
FROM record.indicator AS i
WHERE
  i.indicator = :indicator
  AND i.geography = :geography
  AND i.edition = :edition
  AND i.value IS NOT NULL
  AND i.period = (
    SELECT max(latest.period)
    FROM record.indicator AS latest
    WHERE
      latest.indicator = :indicator
      AND latest.geography = :geography
      AND latest.edition = :edition
  )
ORDER BY i.code
