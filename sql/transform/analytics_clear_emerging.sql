-- Removes the rows of one period from analysis.emerging, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.emerging. Parameters: period_end.
DELETE FROM analysis.emerging
WHERE period_end = cast(:period_end AS DATE)
