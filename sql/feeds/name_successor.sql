-- Says which delivery took the place of one that was retired.
UPDATE raw.delivery
SET superseded_by = :successor
WHERE delivery_id = :delivery_id;
