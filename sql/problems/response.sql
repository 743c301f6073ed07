-- The response of a file: at most one row. Parameter: file_id.
SELECT
  starts_on,
  words,
  written_by,
  written_at
FROM problem.response
WHERE file_id = :file_id
