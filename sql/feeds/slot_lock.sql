-- Serialises loads of one slot of one feed until the transaction ends. Input: key (feed and slot).
SELECT pg_advisory_xact_lock(hashtextextended(:key, 7305813));
