-- A table of this transaction to COPY rows of analysis.emerging into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.emerging.
CREATE TEMP TABLE analytics_emerging (LIKE analysis.emerging) ON COMMIT DROP
