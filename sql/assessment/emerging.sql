-- How neighbourhoods that were hot changed from month to month, in the latest run; row-level security applies. One row a neighbourhood.
-- Inputs: analysis.emerging, place.area. Parameters: group_id, district ('' for all that the person may see).
SELECT
  e.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  e.class,
  e.period_start,
  e.period_end
FROM analysis.emerging AS e
INNER JOIN place.area AS area ON e.geography = area.geography AND e.edition = area.edition AND e.code = area.code
WHERE
  e.geography = 'lsoa' AND e.edition = '2021' AND e.group_id = :group_id AND e.class LIKE '% hot spot'
  AND e.period_end = (
    SELECT max(latest.period_end)
    FROM analysis.emerging AS latest
    WHERE latest.group_id = :group_id
  )
  AND (:district = '' OR e.lad_code = :district)
ORDER BY e.class, name, e.code
