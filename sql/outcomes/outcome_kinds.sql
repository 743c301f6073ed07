-- One row an outcome: crimes of followed months whose newest outcome it is, most frequent first. A crime that no outcome file
-- names has none yet, whatever the street file said. Followed: the outcome file of the crime's own month is loaded.
-- Inputs: analysis.outcome_count, analysis.outcome_month. Parameters: district ('' = the whole region).
SELECT
  CASE WHEN c.basis = 'outcome_file' THEN c.outcome ELSE 'No outcome in the files loaded' END AS outcome,
  cast(sum(c.crimes) AS BIGINT) AS crimes
FROM analysis.outcome_count AS c
INNER JOIN analysis.outcome_month AS f ON c.month = f.month AND f.followed_to IS NOT NULL
WHERE
  (:district = '' AND c.geography = 'all')
  OR (c.geography = 'lad' AND c.code = :district)
GROUP BY 1
ORDER BY 2 DESC, 1
