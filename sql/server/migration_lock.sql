-- Waits for whoever else is migrating, until the transaction ends.
SELECT pg_advisory_xact_lock(7305810) AS taken
