-- Moves the staged rows into analysis.emerging. Inputs: pg_temp.analytics_emerging.
INSERT INTO analysis.emerging
SELECT * FROM pg_temp.analytics_emerging
