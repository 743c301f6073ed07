-- Removes the rejected rows of a retired delivery: they were about rows that are no longer in force.
DELETE FROM raw.rejected_row
WHERE delivery_id = :delivery_id;
