-- What a plan or a result of a file goes by: the file, and the plan that its response stands on, where it has one. Parameter: file_id.
SELECT
  f.geography,
  f.place_code,
  f.areas,
  f.group_id,
  p.plan_id,
  p.plan,
  p.digest
FROM problem.file AS f
LEFT JOIN problem.response AS r ON f.file_id = r.file_id
LEFT JOIN problem.plan AS p ON r.plan_id = p.plan_id
WHERE f.file_id = :file_id
