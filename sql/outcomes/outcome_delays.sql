-- Crimes by whole months until their first outcome; row-level security applies. One row a category x month x months after.
-- Inputs: analysis.outcome_delay. Parameters: district ('' for all that the person may see).
SELECT
  category,
  month,
  months_after,
  cast(sum(crimes) AS BIGINT) AS crimes
FROM analysis.outcome_delay
WHERE :district = '' OR lad_code = :district
GROUP BY category, month, months_after
ORDER BY category, month, months_after;
