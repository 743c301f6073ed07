-- One row a publisher and feed of the deliveries that a model was fitted to.
-- Inputs: raw.delivery. Parameters: delivery_ids.
SELECT DISTINCT
  publisher,
  feed
FROM raw.delivery
WHERE delivery_id = any(:delivery_ids)
ORDER BY publisher, feed
