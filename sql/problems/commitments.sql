-- Commitments of a file by the day on which they are due, with what was noted last: one row each. Parameter: file_id.
SELECT
  c.commitment_id,
  c.body,
  c.words,
  c.due,
  c.written_by,
  noted.state,
  noted.written_by AS noted_by,
  (noted.written_at AT TIME ZONE 'UTC')::DATE AS noted_on
FROM problem.commitment AS c
LEFT JOIN LATERAL (
  SELECT
    k.state,
    k.written_by,
    k.written_at
  FROM problem.kept AS k
  WHERE k.commitment_id = c.commitment_id
  ORDER BY k.kept_id DESC
  LIMIT 1
) AS noted ON TRUE
WHERE c.file_id = :file_id
ORDER BY c.due, c.commitment_id
