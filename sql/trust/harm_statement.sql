-- Source and mapping of the harm weights behind a run of hot spots. One row. Inputs: analysis.run. Parameters: run_id.
SELECT
  parameters -> 'harm' ->> 'source' AS source,
  parameters -> 'harm' ->> 'mapping' AS mapping
FROM analysis.run
WHERE run_id = :run_id;
