-- Drops the bytes of the delivery that waits for a slot.
DELETE FROM raw.held_file
WHERE delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE d.feed = :feed AND d.slot = :slot AND d.status = 'held'
);
