-- Moves the staged rows into analysis.hotspot. Inputs: pg_temp.analytics_hotspot.
INSERT INTO analysis.hotspot
SELECT * FROM pg_temp.analytics_hotspot
