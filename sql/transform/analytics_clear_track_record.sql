-- Removes the track record up to a month, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.track_record. Parameters: period_end.
DELETE FROM analysis.track_record
WHERE target_month <= cast(:period_end AS DATE)
