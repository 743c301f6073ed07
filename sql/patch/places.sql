-- What is known of each neighbourhood (LSOA 2021) of a patch for one group, beside its hot spot class: its pattern over the months, how a
-- hot spot holds on other grids, what is expected in the month after the last loaded one, a point inside it, and what its local area is
-- called. One row a neighbourhood; row-level security applies. Inputs: place.area, place.area_parent, analysis.emerging,
-- analysis.stability, analysis.foretold. Parameters: group_id, period_start, period_end, district,
-- msoa (a district, an MSOA, or '' for all that the person may see), members (of a patch of one's own).
WITH
-- a pattern ends with the last loaded month, which is not the period's last one where that is a gap
newest AS (
  SELECT max(period_end) AS period_end
  FROM analysis.emerging
  WHERE period_end BETWEEN cast(:period_start AS DATE) AND cast(:period_end AS DATE)
)

SELECT
  area.code,
  area.name,
  coalesce(local_area.local_name, '') AS near,
  st_x(st_transform(st_pointonsurface(area.geom), 4326)) AS lon,
  st_y(st_transform(st_pointonsurface(area.geom), 4326)) AS lat,
  pattern.class AS pattern,
  pattern.steps,
  pattern.hot_steps,
  pattern.cold_steps,
  pattern.trend_z,
  pattern.trend_p,
  held.grids,
  held.grids_half,
  held.grids_same,
  held.grids_double,
  held.holds_without_busiest,
  held.busiest_share,
  next.target_month,
  next.rule,
  next.expected,
  next.low,
  next.high
FROM place.area AS area
INNER JOIN place.area_parent AS district
  ON
    area.geography = district.child_geography AND area.edition = district.child_edition AND area.code = district.child_code
    AND district.parent_geography = 'lad'
LEFT JOIN place.area_parent AS part
  ON
    area.geography = part.child_geography AND area.edition = part.child_edition AND area.code = part.child_code
    AND part.parent_geography = 'msoa'
LEFT JOIN place.area AS local_area
  ON
    part.parent_geography = local_area.geography AND part.parent_edition = local_area.edition AND part.parent_code = local_area.code
CROSS JOIN newest
LEFT JOIN analysis.emerging AS pattern
  ON
    area.geography = pattern.geography AND area.edition = pattern.edition AND area.code = pattern.code AND pattern.group_id = :group_id
    AND newest.period_end = pattern.period_end
LEFT JOIN analysis.stability AS held
  ON
    area.geography = held.geography AND area.edition = held.edition AND area.code = held.code AND held.group_id = :group_id
    AND held.period_end = cast(:period_end AS DATE)
LEFT JOIN analysis.foretold AS next
  ON area.geography = next.geography AND area.edition = next.edition AND area.code = next.code AND next.group_id = :group_id
WHERE
  area.geography = 'lsoa' AND area.edition = '2021' AND area.geom IS NOT NULL
  AND analysis.area_visible(district.parent_code)
  AND (:district = '' OR district.parent_code = :district)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR area.code = any(cast(:members AS TEXT[])))
  AND (:msoa = '' OR part.parent_code = :msoa)
ORDER BY area.code;
