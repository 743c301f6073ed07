-- Puts other tiles on a dashboard of the person of this transaction; an empty result says that there is none. Parameters: code, person, and
-- side by side measures, places, districts.
UPDATE person.dashboard
SET
  measures = :measures,
  places = :places,
  districts = :districts,
  changed_at = clock_timestamp()
WHERE code = :code AND person = :person
RETURNING code;
