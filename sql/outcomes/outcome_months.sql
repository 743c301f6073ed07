-- One row a month of crimes: how many have an ID, how many of them an outcome in the outcome files, and the last month of unbroken outcome
-- files from then on (NULL where its own month's file is not loaded: it was not followed, so no share means anything).
-- Inputs: analysis.outcome_month.
SELECT
  month,
  crimes,
  with_outcome,
  followed_to
FROM analysis.outcome_month
ORDER BY month
