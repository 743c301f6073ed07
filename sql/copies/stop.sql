-- No copy of a dashboard is made any more for the person of this transaction. At most one row. Parameters: code, person.
DELETE FROM person.dashboard_copy
WHERE code = :code AND person = :person
RETURNING code;
