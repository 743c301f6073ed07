-- Results of a file, the newest first: one row each. Parameter: file_id.
SELECT
  found,
  told,
  asked_by,
  (read_at AT TIME ZONE 'UTC')::DATE AS read_on
FROM problem.result
WHERE file_id = :file_id
ORDER BY result_id DESC
