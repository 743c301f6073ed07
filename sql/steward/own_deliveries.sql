-- Deliveries of the feeds that a partner's account names, newest first. Inputs: raw.delivery, through steward.own_deliveries.
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
  decided,
  status,
  loaded_at
FROM steward.own_deliveries()
ORDER BY loaded_at DESC, delivery_id DESC
