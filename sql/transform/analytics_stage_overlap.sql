-- A table of this transaction to COPY rows of analysis.overlap into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.overlap.
CREATE TEMP TABLE analytics_overlap (LIKE analysis.overlap) ON COMMIT DROP
