-- Every delivery, newest first. Only for a steward. Inputs: raw.delivery, through steward.deliveries.
SELECT
  delivery_id,
  feed,
  slot,
  file_name,
  publisher,
  licence,
  period_start,
  period_end,
  rows_in,
  rows_accepted,
  rows_rejected,
  rows_unplaced,
  notes,
  status,
  loaded_at
FROM steward.deliveries()
ORDER BY loaded_at DESC, delivery_id DESC
