-- One row a delivery that incidents of a span of months came from.
-- Inputs: record.incident. Parameters: period_start, period_end (both included; NULL = no limit).
SELECT DISTINCT delivery_id
FROM record.incident
WHERE
  (cast(:period_start AS DATE) IS NULL OR month >= cast(:period_start AS DATE))
  AND (cast(:period_end AS DATE) IS NULL OR month <= cast(:period_end AS DATE))
ORDER BY delivery_id
