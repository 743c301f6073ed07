-- Alarms of the first look at each month, newest month first, with what became of them. One row an alarm.
-- Inputs: analysis.alarm, analysis.alarm_look, analysis.alarm_verdict, analysis.category_group, place.area. Row-level security applies to
-- whoever is not the pipeline. Parameters: district, '' for any; members: codes of LSOAs, {} for any.
SELECT
  look.month,
  look.in_time,
  alarm.number,
  alarm.group_id,
  coalesce(category_group.label, alarm.group_id) AS label,
  alarm.lad_code,
  alarm.code,
  coalesce(place.shown_name(area.name, area.local_name, area.around), alarm.code) AS name,
  cardinality(alarm.codes) AS places,
  alarm.since,
  alarm.first_raised,
  alarm.observed,
  alarm.expected,
  alarm.once_in_months,
  look.replicates,
  verdict.verdict,
  verdict.observed AS observed_after,
  verdict.expected AS expected_after
FROM analysis.alarm AS alarm
INNER JOIN analysis.alarm_look AS look ON alarm.month = look.month AND alarm.look = look.look
LEFT JOIN analysis.alarm_verdict AS verdict
  ON alarm.month = verdict.month AND alarm.look = verdict.look AND alarm.number = verdict.number
LEFT JOIN analysis.category_group AS category_group ON alarm.group_id = category_group.group_id
LEFT JOIN place.area AS area ON area.geography = 'lsoa' AND area.edition = '2021' AND alarm.code = area.code
WHERE
  look.look = 1
  AND (:district = '' OR alarm.lad_code = :district)
  AND (cast(:members AS TEXT[]) = '{}' OR alarm.codes && cast(:members AS TEXT[]))
ORDER BY look.month DESC, alarm.number ASC
