-- One row a delivery that stands: the hash of its file, by feed and slot.
-- Inputs: raw.delivery.
SELECT sha256
FROM raw.delivery
WHERE status = 'loaded'
ORDER BY feed, slot
