-- Removes the rows of one period from analysis.rate, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.rate. Parameters: period_end.
DELETE FROM analysis.rate
WHERE period_end = cast(:period_end AS DATE)
