-- Takes a lock for this transaction unless somebody has it. key: 'feed ' and its id, or 'look'.
SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0)) AS taken
