-- Removes the standings of records up to a month, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.track_standing. Parameters: period_end.
DELETE FROM analysis.track_standing
WHERE last_month <= cast(:period_end AS DATE)
