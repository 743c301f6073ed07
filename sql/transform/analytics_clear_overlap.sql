-- Removes the rows of one period from analysis.overlap, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.overlap. Parameters: period_end.
DELETE FROM analysis.overlap
WHERE period_end = cast(:period_end AS DATE)
