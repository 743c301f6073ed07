-- A held delivery that a steward accepted becomes the loaded one, with the counts of its loading.
UPDATE raw.delivery
SET
  status = 'loaded',
  publisher = :publisher,
  licence = :licence,
  edition = :edition,
  period_start = :period_start,
  period_end = :period_end,
  rows_in = :rows_in,
  rows_accepted = :rows_accepted,
  rows_rejected = :rows_rejected,
  rows_unplaced = :rows_unplaced,
  notes = notes || cast(:notes AS JSONB),
  loaded_at = now()
WHERE
  delivery_id = :delivery_id
  AND status = 'held';
