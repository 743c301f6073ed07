-- The first and the last month of crimes of some categories whose outcome files reach at least so many months after their own. One row,
-- NULL where there is none; row-level security applies. Inputs: analysis.outcome_count, analysis.outcome_month.
-- Parameters: months_followed, categories, district ('' for all).
SELECT
  min(c.month) AS first_month,
  max(c.month) AS last_month
FROM analysis.outcome_count AS c
INNER JOIN analysis.outcome_month AS m ON c.month = m.month
WHERE
  c.geography = 'lad'
  AND c.category = any(:categories)
  AND (:district = '' OR c.lad_code = :district)
  AND m.followed_to >= m.month + make_interval(months => :months_followed);
