-- Searches by month; row-level security applies. One row a month with a search. Inputs: analysis.stop_outcome_count.
-- Parameters: district ('' for all that the person may see).
SELECT
  month,
  cast(sum(stops) AS BIGINT) AS stops,
  cast(sum(found) AS BIGINT) AS found,
  cast(sum(found_known) AS BIGINT) AS found_known
FROM analysis.stop_outcome_count
WHERE (:district = '' OR lad_code = :district)
GROUP BY month
ORDER BY month;
