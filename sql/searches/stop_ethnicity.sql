-- Searches of persons by ethnic group as they gave it and as the officer saw it; row-level security applies. One row a pair of groups.
-- Inputs: analysis.stop_ethnicity_count. Parameters: district ('' for all that the person may see), period_start, period_end (months).
SELECT
  self_defined,
  officer_defined,
  cast(sum(stops) AS BIGINT) AS stops,
  cast(sum(found) AS BIGINT) AS found,
  cast(sum(found_known) AS BIGINT) AS found_known
FROM analysis.stop_ethnicity_count
WHERE
  month BETWEEN :period_start AND :period_end
  AND (:district = '' OR lad_code = :district)
GROUP BY self_defined, officer_defined
ORDER BY self_defined, officer_defined;
