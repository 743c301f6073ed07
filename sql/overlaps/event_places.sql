-- One row a place with an event of a partner's feed in the period. Inputs: analysis.event_count.
-- Parameters: feed, geography, edition, period_start, period_end.
SELECT
  code,
  sum(events) AS events
FROM analysis.event_count
WHERE
  feed = :feed
  AND geography = :geography
  AND edition = :edition
  AND month BETWEEN :period_start AND :period_end
GROUP BY code
ORDER BY code
