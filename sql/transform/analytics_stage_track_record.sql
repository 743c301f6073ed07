-- A table of this transaction to COPY rows of analysis.track_record into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.track_record.
CREATE TEMP TABLE analytics_track_record (LIKE analysis.track_record) ON COMMIT DROP
