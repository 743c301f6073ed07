-- Names of the files that were made of a batch. One row a file. Parameters: batch.
SELECT name
FROM person.brief_file
WHERE batch_id = :batch
ORDER BY name
