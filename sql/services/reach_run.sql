-- The run behind the reach of services. At most one row. Inputs: analysis.service_kind, analysis.run.
SELECT
  run.run_id,
  run.finished_at
FROM analysis.run AS run
WHERE run.run_id = (SELECT max(kind.run_id) FROM analysis.service_kind AS kind)
