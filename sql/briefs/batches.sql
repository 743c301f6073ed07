-- What the person of this transaction asked for, the newest first, with how many files there are and their bytes. One row a batch;
-- row-level security by person. Parameters: person.
SELECT
  b.batch_id,
  b.level,
  b.district,
  b.formats,
  b.asked_at,
  b.state,
  b.said,
  count(f.name) AS files,
  coalesce(sum(length(f.content)), 0) AS bytes
FROM person.brief_batch AS b
LEFT JOIN person.brief_file AS f ON b.batch_id = f.batch_id
WHERE b.person = :person
GROUP BY b.batch_id
ORDER BY b.batch_id DESC
LIMIT 5
