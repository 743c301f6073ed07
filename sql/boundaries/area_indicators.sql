-- Indicators of areas of one geography and edition. One row an area x indicator x period.
-- Inputs: record.indicator, record.indicator_definition, raw.delivery. Parameters: geography, edition, codes.
SELECT
  i.edition,
  i.code,
  i.indicator,
  coalesce(nullif(d.label, ''), i.indicator) AS label,
  coalesce(d.unit, '') AS unit,
  i.period,
  i.value,
  f.publisher
FROM record.indicator AS i
INNER JOIN raw.delivery AS f ON i.delivery_id = f.delivery_id
LEFT JOIN record.indicator_definition AS d ON i.indicator = d.indicator
WHERE
  i.geography = :geography
  AND i.edition = :edition
  AND i.code = any(:codes)
  AND i.value IS NOT NULL
ORDER BY i.period, label, i.code
