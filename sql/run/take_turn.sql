-- Takes the lock of a kind of run for the length of the transaction, unless somebody has it. One row: whether it was taken.
SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 7305814)) AS taken
