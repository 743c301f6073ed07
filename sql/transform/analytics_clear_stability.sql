-- Removes the rows of one period from analysis.stability, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.stability. Parameters: period_end.
DELETE FROM analysis.stability
WHERE period_end = cast(:period_end AS DATE)
