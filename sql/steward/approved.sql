-- A proposal to publish that a second person approved, and what they approved; no row where there is none. Parameters: proposal_id.
SELECT
  c.candidate_id,
  c.until,
  c.digest,
  p.proposed_by,
  v.given_by AS approved_by,
  o.release_id
FROM steward.proposal AS p
INNER JOIN steward.verdict AS v ON p.proposal_id = v.proposal_id AND v.verdict = 'approved'
INNER JOIN steward.candidate AS c ON p.candidate_id = c.candidate_id
LEFT JOIN steward.outcome AS o ON p.proposal_id = o.proposal_id
WHERE p.proposal_id = :proposal_id AND p.kind = 'publish'
