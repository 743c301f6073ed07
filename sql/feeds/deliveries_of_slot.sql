-- One row a delivery of a slot that decides whether a file is new: the one in force, and any other of the same bytes, newest first.
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
  AND (status = 'loaded' OR sha256 = :sha256)
ORDER BY delivery_id DESC;
