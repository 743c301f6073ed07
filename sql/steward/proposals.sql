-- Proposals, newest first, with what was decided and what came of it. Only for a steward.
-- Inputs: steward.proposal, steward.verdict, steward.outcome.
SELECT
  p.proposal_id,
  p.kind,
  p.candidate_id,
  p.release_id AS of_release,
  p.reason,
  p.proposed_by,
  p.proposed_at,
  v.verdict,
  v.given_by,
  v.reason AS why,
  v.given_at,
  o.release_id,
  o.done_at
FROM steward.proposal AS p
LEFT JOIN steward.verdict AS v ON p.proposal_id = v.proposal_id
LEFT JOIN steward.outcome AS o ON p.proposal_id = o.proposal_id
ORDER BY p.proposal_id DESC
LIMIT 200
