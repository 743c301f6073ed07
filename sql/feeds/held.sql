-- Every delivery that waits for a steward, the longest first.
SELECT
  delivery_id,
  feed,
  slot,
  file_name,
  rows_in,
  rows_rejected,
  notes -> 'held' AS reasons,
  loaded_at AS since
FROM raw.delivery
WHERE status = 'held'
ORDER BY delivery_id;
