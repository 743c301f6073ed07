-- A table of this transaction to COPY rows of analysis.stability into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.stability.
CREATE TEMP TABLE analytics_stability (LIKE analysis.stability) ON COMMIT DROP
