-- Removes the rows of one period from analysis.hotspot, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.hotspot. Parameters: period_end.
DELETE FROM analysis.hotspot
WHERE period_end = cast(:period_end AS DATE)
