-- Crimes of each followed month, and those that no outcome file names; row-level security applies. One row a category x month.
-- Inputs: analysis.outcome_count, analysis.outcome_month. Parameters: district ('' for all that the person may see).
SELECT
  c.category,
  c.month,
  cast(sum(c.crimes) AS BIGINT) AS crimes,
  cast(coalesce(sum(c.crimes) FILTER (WHERE c.basis <> 'outcome_file'), 0) AS BIGINT) AS without_outcome
FROM analysis.outcome_count AS c
INNER JOIN analysis.outcome_month AS m ON c.month = m.month
WHERE
  c.geography = 'lad'
  AND m.followed_to IS NOT NULL
  AND (:district = '' OR c.code = :district)
GROUP BY c.category, c.month
ORDER BY c.category, c.month;
