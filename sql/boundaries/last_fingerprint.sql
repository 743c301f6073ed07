-- The fingerprint of the outlines that the present rows of place.location_place were made with; no row before the first placement.
-- Inputs: analysis.run.
SELECT parameters ->> 'outlines' AS fingerprint
FROM analysis.run
WHERE
  stage = 'place'
  AND finished_at IS NOT NULL
ORDER BY run_id DESC
LIMIT 1
