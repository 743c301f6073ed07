-- A table of this transaction to COPY rows of analysis.rate into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.rate.
CREATE TEMP TABLE analytics_rate (LIKE analysis.rate) ON COMMIT DROP
