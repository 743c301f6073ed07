-- A table of this transaction to COPY rows of analysis.track_calibration into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.track_calibration.
CREATE TEMP TABLE analytics_track_calibration (LIKE analysis.track_calibration) ON COMMIT DROP
