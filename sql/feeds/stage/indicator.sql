-- The indicators that one delivery gives. One row an area x indicator x period.
CREATE TEMPORARY TABLE feeds_indicator (
  indicator TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  period TEXT NOT NULL,
  value DOUBLE PRECISION,
  numerator DOUBLE PRECISION,
  denominator DOUBLE PRECISION,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
