-- Takes the counts of months out, so that they can be counted anew. Parameter: months.
DELETE FROM analysis.count_month
WHERE month = any(cast(:months AS DATE[]))
