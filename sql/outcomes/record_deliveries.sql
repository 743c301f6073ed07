-- Deliveries that outcomes and searches come from. One row a delivery.
SELECT delivery_id
FROM record.outcome
UNION
SELECT delivery_id
FROM record.stop
ORDER BY delivery_id
