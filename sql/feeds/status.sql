-- One row a delivery, newest first within its feed and slot.
SELECT
  delivery_id,
  feed,
  slot,
  file_name,
  sha256,
  publisher,
  licence,
  edition,
  period_start,
  period_end,
  rows_in,
  rows_accepted,
  rows_rejected,
  rows_unplaced,
  status,
  loaded_at
FROM raw.delivery
ORDER BY feed ASC, slot ASC, delivery_id DESC;
