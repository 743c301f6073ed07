-- Names that people use, of one delivery. One row an area.
CREATE TEMPORARY TABLE feeds_local_name (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  local_name TEXT NOT NULL,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
