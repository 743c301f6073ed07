-- The latest finished run of each stage; the notes of whole runs (core.provenance.noted_run) are none. One row a stage.
SELECT DISTINCT ON (stage)
  stage,
  run_id,
  finished_at,
  seed,
  code_version
FROM analysis.run
WHERE finished_at IS NOT NULL AND stage NOT LIKE 'run:%'
ORDER BY stage ASC, run_id DESC;
