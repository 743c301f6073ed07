-- Fills analysis.stop_person_count: one row a district x month x field x value of searches of persons.
-- Inputs: stop_of_person (searches/stage_stop_ethnicity).
INSERT INTO analysis.stop_person_count (lad_code, month, field, value, stops, found, found_known)
SELECT
  s.lad_code,
  s.month,
  noted.field,
  noted.value,
  count(*) AS stops,
  count(*) FILTER (WHERE s.linked) AS found,
  count(s.linked) AS found_known
FROM stop_of_person AS s
CROSS JOIN
  LATERAL (
    VALUES
    ('age', coalesce(s.age_range, 'Not stated')),
    ('sex', coalesce(s.gender, 'Not stated')),
    ('clothing', CASE s.outer_clothing_removed WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' ELSE 'Not stated' END)
  ) AS noted (field, value)
GROUP BY s.lad_code, s.month, noted.field, noted.value
