-- Crimes of a group by month and outcome, of followed months; row-level security applies. One row a month x outcome. Inputs:
-- analysis.outcome_count, analysis.outcome_month, analysis.category_group_member. Parameters: group_id; district ('' for all that the
-- person may see); months_followed, as in outcomes/outcomes.
SELECT
  crimes.month,
  CASE WHEN crimes.basis = 'outcome_file' THEN crimes.outcome ELSE '' END AS outcome,
  cast(sum(crimes.crimes) AS BIGINT) AS crimes
FROM analysis.outcome_count AS crimes
INNER JOIN analysis.outcome_month AS followed ON crimes.month = followed.month
INNER JOIN analysis.category_group_member AS member ON crimes.category = member.category
WHERE
  crimes.geography = 'lad'
  AND member.group_id = :group_id
  AND (:district = '' OR crimes.lad_code = :district)
  AND followed.followed_to >= crimes.month + make_interval(months => :months_followed)
GROUP BY 1, 2
ORDER BY 1, 2;
