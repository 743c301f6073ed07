-- Adds one delivery and gives its id.
INSERT INTO raw.delivery (
  feed, file_name, sha256, byte_size, publisher, licence, edition, slot, period_start, period_end,
  rows_in, rows_accepted, rows_rejected, rows_unplaced, notes, status
)
VALUES (
  :feed, :file_name, :sha256, :byte_size, :publisher, :licence, :edition, :slot, :period_start, :period_end,
  :rows_in, :rows_accepted, :rows_rejected, :rows_unplaced, cast(:notes AS JSONB), :status
)
RETURNING delivery_id;
