-- Takes away a batch of the person of this transaction with its files, unless it is being made. Parameters: batch.
DELETE FROM person.brief_batch
WHERE batch_id = :batch AND state <> 'running'
