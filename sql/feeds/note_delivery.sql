-- Completes the notes of a delivery with what storing it showed.
UPDATE raw.delivery
SET notes = (notes || cast(:notes AS JSONB))
WHERE delivery_id = :delivery_id;
