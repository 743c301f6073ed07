-- Moves the staged rows into analysis.overlap. Inputs: pg_temp.analytics_overlap.
INSERT INTO analysis.overlap
SELECT * FROM pg_temp.analytics_overlap
