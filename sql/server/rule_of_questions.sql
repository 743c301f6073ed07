-- Sets how many questions of residents are taken in and how long they are kept, where that is not what stands. Parameters: day,
-- waiting, kept.
UPDATE asked.rule
SET most_a_day = :day, most_waiting = :waiting, kept_days = :kept
WHERE (most_a_day, most_waiting, kept_days) IS DISTINCT FROM (:day, :waiting, :kept)
