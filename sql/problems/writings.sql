-- What was written in a file, the newest of each step first: one row a time. Parameter: file_id.
SELECT
  step,
  words,
  release_id,
  written_by,
  written_at
FROM problem.writing
WHERE file_id = :file_id
ORDER BY writing_id DESC
