-- Searches of persons by age, sex and removal of clothing as the force noted them; row-level security applies. One row a field x value.
-- Inputs: analysis.stop_person_count. Parameters: district ('' for all that the person may see), period_start, period_end (months).
SELECT
  field,
  value,
  cast(sum(stops) AS BIGINT) AS stops,
  cast(sum(found) AS BIGINT) AS found,
  cast(sum(found_known) AS BIGINT) AS found_known
FROM analysis.stop_person_count
WHERE
  month BETWEEN :period_start AND :period_end
  AND (:district = '' OR lad_code = :district)
GROUP BY field, value
ORDER BY field, value;
