-- A table of this transaction to COPY rows of analysis.season into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.season.
CREATE TEMP TABLE analytics_season (LIKE analysis.season) ON COMMIT DROP
