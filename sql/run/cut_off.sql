-- Runs of a kind that began and never noted their end, oldest first, and what of each was committed. One row a run.
-- Inputs: analysis.run, raw.delivery. Parameters: kind.
SELECT
  run.run_id,
  run.parameters ->> 'what' AS what,
  run.started_at AT TIME ZONE 'UTC' AS started_at,
  count(part.run_id) AS stages,
  (array_agg(substr(part.stage, 7) ORDER BY part.run_id DESC))[1] AS last_stage,
  CASE
    WHEN run.stage = 'run:load'
      THEN (
        SELECT count(*)
        FROM raw.delivery
        WHERE loaded_at >= run.started_at
      )
    ELSE 0
  END AS files
FROM analysis.run AS run
LEFT JOIN analysis.run AS part
  ON
    run.stage = 'run:analysis'
    AND run.run_id < part.run_id
    AND part.stage LIKE 'stage:%'
    AND part.finished_at IS NOT NULL
WHERE run.stage = :kind AND run.finished_at IS NULL
GROUP BY run.run_id
ORDER BY run.run_id
