-- One row a delivery of a slot that decides whether a file is new: the one in force, and superseded ones of the same bytes.
SELECT
  delivery_id,
  sha256,
  status,
  period_start,
  period_end
FROM raw.delivery
WHERE
  feed = :feed
  AND slot = :slot
  AND (status = 'loaded' OR (status = 'superseded' AND sha256 = :sha256))
ORDER BY delivery_id DESC;
