-- Months of crimes with an ID and how far each was followed; followed_to is NULL where the outcome file of its own month is not loaded.
-- One row a month. Inputs: analysis.outcome_month, which is of all that is held and the same for everyone.
SELECT
  month,
  crimes,
  with_outcome,
  followed_to
FROM analysis.outcome_month
ORDER BY month;
