-- The latest finished run of each stage. One row a stage.
SELECT DISTINCT ON (stage)
  stage,
  run_id,
  finished_at,
  seed,
  code_version
FROM analysis.run
WHERE finished_at IS NOT NULL
ORDER BY stage ASC, run_id DESC;
