-- Drops the bytes of one held delivery after a steward decided.
DELETE FROM raw.held_file
WHERE delivery_id = :delivery_id;
