-- Moves the staged rows into analysis.rate_outlier. Inputs: pg_temp.analytics_rate_outlier.
INSERT INTO analysis.rate_outlier
SELECT * FROM pg_temp.analytics_rate_outlier
