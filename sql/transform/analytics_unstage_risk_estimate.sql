-- Removes the stage of analysis.risk_estimate, so that a second run in the same transaction starts afresh.
-- Inputs: pg_temp.analytics_risk_estimate.
DROP TABLE pg_temp.analytics_risk_estimate
