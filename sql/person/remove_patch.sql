-- Removes a patch of the person of this transaction. At most one row. Parameters: code, person.
DELETE FROM person.patch
WHERE code = :code AND person = :person
RETURNING code;
