-- How many neighbourhoods of a district have each class of one group. Grain: one row a measure x class x certainty.
-- Reads analysis.hotspot through row-level security.
SELECT
  measure,
  class,
  certainty,
  count(*) AS places
FROM analysis.hotspot
WHERE
  geography = 'lsoa'
  AND edition = '2021'
  AND lad_code = :district
  AND group_id = :group_id
  AND period_end = (SELECT max(latest.period_end) FROM analysis.hotspot AS latest)
GROUP BY measure, class, certainty
ORDER BY measure ASC, class ASC, certainty DESC NULLS LAST
