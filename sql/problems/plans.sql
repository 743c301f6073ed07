-- Plans of a file, the newest first: one row each. Parameter: file_id.
SELECT
  plan_id,
  plan,
  digest,
  seal,
  starts,
  months,
  least_fall,
  looks_back,
  asked_by,
  written_at
FROM problem.plan
WHERE file_id = :file_id
ORDER BY plan_id DESC
