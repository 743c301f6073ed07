-- Moves the staged rows into analysis.risk_estimate. Inputs: pg_temp.analytics_risk_estimate.
INSERT INTO analysis.risk_estimate
SELECT * FROM pg_temp.analytics_risk_estimate
