-- Counts go into analysis.count_month in the order in which they came.
-- Grain: one row a place x category x month. Inputs: analytics_count.
INSERT INTO analysis.count_month (geography, edition, code, lad_code, category, month, incidents)
SELECT
  geography,
  edition,
  code,
  lad_code,
  category,
  month,
  incidents
FROM analytics_count
