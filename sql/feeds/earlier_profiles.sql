-- Profiles of deliveries that a new one is compared with, the nearest in time first. One row a delivery.
-- A delivery with a month: every delivery of the feed that is in force, its own slot's too. One without: what was in force in its own slot.
-- Inputs: raw.delivery. Parameters: feed, slot, month (NULL = none).
SELECT
  slot,
  period_start,
  notes -> 'profile' AS profile
FROM raw.delivery
WHERE
  feed = :feed
  AND notes ? 'profile'
  AND CASE
    WHEN cast(:month AS DATE) IS NULL THEN slot = :slot AND status IN ('loaded', 'superseded') AND NOT notes ? 'held_withdrawn'
    ELSE status = 'loaded'
  END
ORDER BY abs(coalesce(period_end, current_date) - coalesce(cast(:month AS DATE), current_date)), delivery_id DESC;
