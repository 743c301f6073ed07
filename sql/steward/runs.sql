-- The newest run of each feed that the worker has tried. Only for a steward. Inputs: queue.run, through steward.runs.
SELECT
  feed,
  outcome,
  message,
  started_at
FROM steward.runs()
