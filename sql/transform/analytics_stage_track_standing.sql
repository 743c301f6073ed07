-- A table of this transaction to COPY rows of analysis.track_standing into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.track_standing.
CREATE TEMP TABLE analytics_track_standing (LIKE analysis.track_standing) ON COMMIT DROP
