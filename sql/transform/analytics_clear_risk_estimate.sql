-- Removes nothing: each model keeps its own estimates, and a new fit is a new model. There so that every result table has the same steps.
-- Inputs: analysis.risk_estimate. Parameters: period_end.
DELETE FROM analysis.risk_estimate
WHERE
  FALSE
  AND cast(:period_end AS DATE) IS NULL
