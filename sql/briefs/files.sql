-- The files of a batch of the person of this transaction. One row a file; row-level security by person. Parameters: batch.
SELECT
  name,
  content
FROM person.brief_file
WHERE batch_id = :batch
ORDER BY name
