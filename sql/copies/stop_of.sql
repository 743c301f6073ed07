-- No copy is made for a person any more, whatever the portal last saw of their rights. One row a copy. Parameters: person.
DELETE FROM person.dashboard_copy
WHERE person = :person
RETURNING code;
