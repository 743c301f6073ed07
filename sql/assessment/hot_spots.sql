-- Neighbourhoods that are hot spots of one group in the latest map; row-level security applies. One row a neighbourhood.
-- Inputs: analysis.hotspot, place.area. Parameters: group_id, measure, district ('' for all that the person may
-- see), members (codes, empty for every place).
SELECT
  spot.code,
  place.shown_name(area.name, area.local_name, area.around) AS name,
  spot.lad_code,
  spot.certainty,
  spot.period_start,
  spot.period_end
FROM analysis.hotspot AS spot
INNER JOIN place.area AS area ON spot.geography = area.geography AND spot.edition = area.edition AND spot.code = area.code
WHERE
  spot.geography = 'lsoa' AND spot.edition = '2021' AND spot.class = 'hot' AND spot.group_id = :group_id AND spot.measure = :measure
  AND spot.period_end = (
    SELECT max(latest.period_end)
    FROM analysis.hotspot AS latest
    WHERE latest.group_id = :group_id
  )
  AND (:district = '' OR spot.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR spot.code = any(cast(:members AS TEXT[])))
ORDER BY name, spot.code
