-- Removes a dashboard of the person of this transaction. At most one row. Parameters: code, person.
DELETE FROM person.dashboard
WHERE code = :code AND person = :person
RETURNING code;
