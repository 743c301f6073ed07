-- Moves the staged rows into analysis.rate. Inputs: pg_temp.analytics_rate.
INSERT INTO analysis.rate
SELECT * FROM pg_temp.analytics_rate
