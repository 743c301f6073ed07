-- Takes one delivery out of force. Its row stays, its data goes.
UPDATE raw.delivery
SET status = 'superseded'
WHERE delivery_id = :delivery_id;
