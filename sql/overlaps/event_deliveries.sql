-- Deliveries of a partner's events in the period. Inputs: record.event. Parameters: feed, period_start, period_end.
SELECT DISTINCT delivery_id
FROM record.event
WHERE feed = :feed AND month BETWEEN :period_start AND :period_end
ORDER BY delivery_id
