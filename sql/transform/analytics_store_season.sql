-- Moves the staged rows into analysis.season. Inputs: pg_temp.analytics_season.
INSERT INTO analysis.season
SELECT * FROM pg_temp.analytics_season
