-- Places of a patch (a district, an MSOA of it, members of one's own, or '' for all that the person may see) that are a hot spot of the map
-- and meet the declared factor that the map is set against. One row a place; row-level security applies.
-- Inputs: analysis.factor_overlap (see overlap_summary), analysis.hotspot, analysis.factor_place, place.area, place.area_parent.
SELECT
  found.combination,
  hot.code,
  place.shown_name(area.name, area.local_name, area.around) AS name
FROM analysis.factor_overlap AS found
INNER JOIN analysis.hotspot AS hot
  ON
    found.period_end = hot.period_end AND hot.class = 'hot'
    AND hot.certainty >= cast(split_part(split_part(found.combination, '+', 1), ':', 2) AS SMALLINT)
INNER JOIN analysis.factor_place AS factor
  ON
    hot.geography = factor.geography AND hot.edition = factor.edition AND hot.code = factor.code
    AND hot.period_end = factor.period_end
    AND factor.factor_id = split_part(split_part(found.combination, '+', 2), ':', 1)
    AND factor.level >= cast(split_part(split_part(found.combination, '+', 2), ':', 2) AS SMALLINT)
INNER JOIN place.area AS area ON hot.geography = area.geography AND hot.edition = area.edition AND hot.code = area.code
WHERE
  starts_with(found.combination, concat('hot_spots.', :group_id, '.', :measure, ':'))
  AND found.period_end = :period_end AND :geography = 'lsoa' AND :edition = '2021'
  AND hot.geography = :geography AND hot.edition = :edition AND hot.group_id = :group_id AND hot.measure = :measure
  AND (:district = '' OR hot.lad_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR hot.code = any(cast(:members AS TEXT[])))
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = hot.geography AND parent.child_edition = hot.edition AND parent.child_code = hot.code
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :msoa
    )
  )
ORDER BY area.name;
