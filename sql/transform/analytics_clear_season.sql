-- Removes every season up to a month, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.season. Parameters: period_end.
DELETE FROM analysis.season
WHERE period_end <= cast(:period_end AS DATE)
