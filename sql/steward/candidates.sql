-- Candidates, newest first. Only for a steward. Inputs: steward.candidate.
SELECT
  candidate_id,
  built_at,
  built_by,
  title,
  period_start,
  period_end,
  months_loaded,
  digest,
  beside_release,
  policy,
  certificate,
  shown
FROM steward.candidate
ORDER BY candidate_id DESC
LIMIT 20
