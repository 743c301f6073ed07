-- Labels of one delivery. One row an area.
CREATE TEMPORARY TABLE feeds_label (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  label_code TEXT,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
