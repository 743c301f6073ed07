-- Removes every hour of the week, so that a run replaces its predecessor in the same transaction. Inputs: analysis.week_count.
DELETE FROM analysis.week_count
