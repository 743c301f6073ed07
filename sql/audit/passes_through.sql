-- Whether the trail has that event with that hash, and so many events up to it. One row.
SELECT
  count(*) = :events
  AND coalesce(bool_or(event_id = :event_id AND hash = :hash), FALSE) AS passes
FROM audit.event
WHERE event_id <= :event_id
