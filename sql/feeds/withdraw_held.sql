-- The delivery that waits for a slot gives way to newer bytes. Parameter successor: the delivery that was loaded, or NULL.
UPDATE raw.delivery
SET
  status = 'superseded',
  superseded_by = :successor,
  notes = notes || '{"held_withdrawn": true}'
WHERE
  feed = :feed
  AND slot = :slot
  AND status = 'held';
