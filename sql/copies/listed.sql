-- Every copy that somebody asked for, by person. One row a copy. Inputs: person.dashboard_copy.
SELECT
  person,
  code,
  every,
  format,
  address,
  role,
  districts,
  seen_at,
  due_at,
  state,
  said
FROM person.dashboard_copy
ORDER BY person, copy_id;
