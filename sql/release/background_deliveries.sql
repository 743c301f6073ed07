-- Deliveries whose features stand in the background of maps: one row a delivery, with what its publisher asks to be said.
-- Inputs: raw.delivery, place.background.
SELECT
  d.delivery_id,
  coalesce(d.notes ->> 'attribution', d.publisher) AS attribution
FROM raw.delivery AS d
WHERE d.delivery_id IN (SELECT b.delivery_id FROM place.background AS b)
ORDER BY d.delivery_id
