-- Takes a lock for this transaction, waiting for whoever has it.
SELECT pg_advisory_xact_lock(hashtextextended(:key, 0)) AS taken
