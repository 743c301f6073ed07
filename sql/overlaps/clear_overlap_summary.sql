-- Removes the rows of one period from analysis.overlap_summary, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.overlap_summary. Parameters: period_end.
DELETE FROM analysis.overlap_summary
WHERE period_end = cast(:period_end AS DATE)
