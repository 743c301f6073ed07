-- One row a source that has hours or weekdays. Inputs: analysis.week_count.
SELECT DISTINCT source
FROM analysis.week_count
ORDER BY source
