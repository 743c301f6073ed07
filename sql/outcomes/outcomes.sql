-- What became of crimes of followed months; row-level security applies. One row a district x category x outcome; outcome is '' where no
-- outcome file names the crime, whatever the street file said. Inputs: analysis.outcome_count, analysis.outcome_month.
-- Parameters: months_followed (only crimes whose outcome files reach at least so many months after their own; 0 = every followed month).
SELECT
  c.lad_code,
  c.category,
  CASE WHEN c.basis = 'outcome_file' THEN c.outcome ELSE '' END AS outcome,
  cast(sum(c.crimes) AS BIGINT) AS crimes
FROM analysis.outcome_count AS c
INNER JOIN analysis.outcome_month AS m ON c.month = m.month
WHERE
  c.geography = 'lad'
  AND m.followed_to >= m.month + make_interval(months => :months_followed)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
