-- What the person of this transaction may see now, for what is made in their name later. Parameters: person, role, districts ('' for none).
UPDATE person.dashboard_copy
SET role = :role, districts = :districts, seen_at = clock_timestamp()
WHERE person = :person;
