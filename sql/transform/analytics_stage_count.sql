-- A table of this transaction for counts on their way into analysis.count_month. One row a place x category x month.
CREATE TEMPORARY TABLE analytics_count (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  category TEXT NOT NULL,
  month DATE NOT NULL,
  incidents INTEGER NOT NULL
) ON COMMIT DROP
