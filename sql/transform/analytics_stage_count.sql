-- A table of this transaction for counts on their way into analysis.count_month. One row a place x category x month; cell is of hexagons.
CREATE TEMPORARY TABLE analytics_count (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  cell BIGINT,
  a_district TEXT NOT NULL,
  month DATE NOT NULL,
  category TEXT NOT NULL,
  incidents INTEGER NOT NULL
) ON COMMIT DROP
