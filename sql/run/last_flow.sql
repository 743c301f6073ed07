-- What the last whole flow was made from. One row at most.
-- Inputs: analysis.run.
SELECT parameters ->> 'fingerprint' AS fingerprint
FROM analysis.run
WHERE stage = 'flow' AND finished_at IS NOT NULL
ORDER BY run_id DESC
LIMIT 1
