-- Proposals to show a file or to take it down, the newest first, with what became of each: one row each. Parameter: file_id.
SELECT
  p.proposal_id,
  p.kind,
  p.content,
  p.reason,
  p.proposed_by,
  p.proposed_at,
  coalesce(v.verdict, '') AS verdict,
  coalesce(v.given_by, '') AS given_by,
  coalesce(v.reason, '') AS why
FROM problem.proposal AS p
LEFT JOIN problem.verdict AS v ON p.proposal_id = v.proposal_id
WHERE p.file_id = :file_id
ORDER BY p.proposal_id DESC
