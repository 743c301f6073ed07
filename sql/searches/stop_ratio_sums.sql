-- Sums over neighbourhoods for the Mantel-Haenszel ratio of each group's searches per resident to those of White residents; row-level
-- security applies. One row a group. Sums of any span are those of its months added up: every month has the residents of the same census,
-- so the months of a span, loaded or not, fall out of each sum. The ratios of months do not average to that of the span.
-- Inputs: analysis.stop_ratio_sum.
-- Parameters: district ('' for all that the person may see), period_start, period_end (months).
SELECT
  ethnicity,
  sum(numerator) AS numerator,
  sum(denominator) AS denominator,
  sum(variance) AS variance
FROM analysis.stop_ratio_sum
WHERE
  month BETWEEN :period_start AND :period_end
  AND (:district = '' OR lad_code = :district)
GROUP BY ethnicity
ORDER BY ethnicity;
