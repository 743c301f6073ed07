-- How far the estimated residents of hexagons are off where the truth is known: the errors that the last run of stage weights measured.
-- One row. Inputs: analysis.run.
SELECT parameters -> 'found' -> 'errors' AS errors
FROM analysis.run
WHERE
  stage = 'weights'
  AND finished_at IS NOT NULL
  AND parameters -> 'found' IS NOT NULL
ORDER BY run_id DESC
LIMIT 1;
