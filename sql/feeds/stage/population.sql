-- The counts of people that one delivery gives. One row an area x measure x reference.
CREATE TEMPORARY TABLE feeds_population (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  measure TEXT NOT NULL,
  reference TEXT NOT NULL,
  people DOUBLE PRECISION NOT NULL,
  delivery_id BIGINT NOT NULL
) ON COMMIT DROP;
