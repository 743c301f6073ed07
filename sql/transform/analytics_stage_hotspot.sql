-- A table of this transaction to COPY rows of analysis.hotspot into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.hotspot.
CREATE TEMP TABLE analytics_hotspot (LIKE analysis.hotspot) ON COMMIT DROP
