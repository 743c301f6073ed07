-- Removes the calibration of records up to a month, so that a run replaces its predecessor in the same transaction.
-- Inputs: analysis.track_calibration. Parameters: period_end.
DELETE FROM analysis.track_calibration
WHERE last_month <= cast(:period_end AS DATE)
