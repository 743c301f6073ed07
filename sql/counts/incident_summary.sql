-- One row a month x category x delivery with incidents: how many, how many without a location, how many with one outside the region.
-- Inputs: record.incident, place.location_place. Parameter: months (NULL = all).
SELECT
  i.month,
  i.category,
  i.delivery_id,
  count(*) AS incidents,
  count(*) FILTER (WHERE i.location_id IS NULL) AS unplaced,
  count(*) FILTER (WHERE i.location_id IS NOT NULL AND p.lad22_code IS NULL) AS outside
FROM record.incident AS i
LEFT JOIN place.location_place AS p ON i.location_id = p.location_id
WHERE cast(:months AS DATE[]) IS NULL OR i.month = any(cast(:months AS DATE[]))
GROUP BY i.month, i.category, i.delivery_id
ORDER BY i.month, i.category, i.delivery_id
