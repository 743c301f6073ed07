-- Removes the rows of one period from analysis.rate_outlier, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.rate_outlier. Parameters: period_end.
DELETE FROM analysis.rate_outlier
WHERE period_end = cast(:period_end AS DATE)
