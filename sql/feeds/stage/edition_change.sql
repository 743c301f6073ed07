-- The changes between editions that one delivery gives. One row a pair of areas.
CREATE TEMPORARY TABLE feeds_edition_change (
  geography TEXT NOT NULL,
  from_edition TEXT NOT NULL,
  from_code TEXT NOT NULL,
  to_edition TEXT NOT NULL,
  to_code TEXT NOT NULL,
  change TEXT NOT NULL,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
