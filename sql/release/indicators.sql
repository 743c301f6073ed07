-- Indicators of a release: open figures as they stand, for the places that the release shows.
-- One row an indicator x place x period. Only what its feed marks for publication, and only of a delivery that is in force under a licence.
-- Inputs: record.indicator, record.indicator_definition, raw.delivery, published.place. Parameters: release_id, threshold.
INSERT INTO published.indicator (
  release_id, indicator, label, unit, geography, edition, place_code, period, value, publisher, licence
)
SELECT
  p.release_id,
  i.indicator,
  d.label,
  d.unit,
  i.geography,
  i.edition,
  i.code AS place_code,
  i.period,
  i.value,
  f.publisher,
  f.licence
FROM published.place AS p
INNER JOIN record.indicator AS i ON p.geography = i.geography AND p.edition = i.edition AND p.place_code = i.code
INNER JOIN record.indicator_definition AS d ON i.indicator = d.indicator
INNER JOIN raw.delivery AS f ON i.delivery_id = f.delivery_id
WHERE
  p.release_id = :release_id
  AND d.publish
  AND d.unit NOT IN ('', 'count')
  AND i.numerator IS NULL
  AND i.denominator IS NULL
  AND i.value IS NOT NULL
  AND f.status = 'loaded'
  AND f.notes ->> 'sensitivity' = 'open'
  -- a rate is a count to whoever knows the population: one that stands for 1 to threshold - 1 people is not copied, whoever published it
  AND NOT (
    d.unit IN ('per_1000', 'percent')
    AND p.residents IS NOT NULL
    AND round(cast(i.value * p.residents / CASE d.unit WHEN 'percent' THEN 100.0 ELSE 1000.0 END AS NUMERIC))
    BETWEEN 1 AND cast(:threshold AS INTEGER) - 1
  )
