-- A table of this transaction to COPY rows of analysis.risk_estimate into: COPY cannot write to a table with row-level security.
-- Inputs: none. Grain and columns: those of analysis.risk_estimate.
CREATE TEMP TABLE analytics_risk_estimate (LIKE analysis.risk_estimate) ON COMMIT DROP
