-- How many deliveries bear the name of a file, whatever became of them. Inputs: raw.delivery. Parameters: file_name.
SELECT count(*) AS deliveries
FROM raw.delivery
WHERE file_name = :file_name
