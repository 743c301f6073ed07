-- Alarms of the newest look at the last month that was looked at in time, with the names of their places, most surprising first.
-- One row an alarm. Row-level security applies to whoever is not the pipeline.
-- Inputs: analysis.alarm, analysis.alarm_look, analysis.category_group, place.area, place.area_parent, place.patch, place.patch_area.
-- Parameters: district, msoa, patch, group_id, each '' for any; members: codes of LSOAs, {} for any.
SELECT
  look.month,
  alarm.number,
  alarm.group_id,
  coalesce(category_group.label, alarm.group_id) AS label,
  alarm.lad_code,
  alarm.code,
  alarm.codes,
  alarm.radius_m,
  alarm.since,
  alarm.first_raised,
  alarm.observed,
  alarm.expected,
  alarm.once_in_months,
  look.replicates,
  look.kinds,
  array(
    SELECT coalesce(place.shown_name(area.name, area.local_name, area.around), part.code)
    FROM unnest(alarm.codes) WITH ORDINALITY AS part (code, position)
    LEFT JOIN place.area AS area ON area.geography = 'lsoa' AND area.edition = '2021' AND part.code = area.code
    ORDER BY part.position
  ) AS names
FROM analysis.alarm AS alarm
INNER JOIN analysis.alarm_look AS look ON alarm.month = look.month AND alarm.look = look.look
LEFT JOIN analysis.category_group AS category_group ON alarm.group_id = category_group.group_id
WHERE
  (look.month, look.look) = (
    SELECT
      newest.month,
      newest.look
    FROM analysis.alarm_look AS newest
    WHERE newest.in_time
    ORDER BY newest.month DESC, newest.look DESC
    LIMIT 1
  )
  AND (:group_id = '' OR alarm.group_id = :group_id)
  AND (:district = '' OR alarm.lad_code = :district)
  AND (cast(:members AS TEXT[]) = '{}' OR alarm.codes && cast(:members AS TEXT[]))
  AND (
    :msoa = '' OR EXISTS (
      SELECT 1
      FROM place.area_parent AS parent
      WHERE
        parent.child_geography = 'lsoa' AND parent.child_edition = '2021' AND parent.child_code = any(alarm.codes)
        AND parent.parent_geography = 'msoa' AND parent.parent_code = :msoa
    )
  )
  AND (
    :patch = '' OR EXISTS (
      SELECT 1
      FROM place.patch
      INNER JOIN place.patch_area AS member ON patch.patch_id = member.patch_id
      WHERE
        patch.name = :patch AND member.member AND member.geography = 'lsoa' AND member.edition = '2021'
        AND member.code = any(alarm.codes)
    )
  )
ORDER BY alarm.number
