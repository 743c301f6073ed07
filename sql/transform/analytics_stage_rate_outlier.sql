-- A table of this transaction to COPY rows of analysis.rate_outlier into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.rate_outlier.
CREATE TEMP TABLE analytics_rate_outlier (LIKE analysis.rate_outlier) ON COMMIT DROP
