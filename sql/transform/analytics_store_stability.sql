-- Moves the staged rows into analysis.stability. Inputs: pg_temp.analytics_stability.
INSERT INTO analysis.stability
SELECT * FROM pg_temp.analytics_stability
