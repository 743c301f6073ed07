-- One row where the server has a role of that name.
SELECT 1 AS found
FROM pg_roles
WHERE rolname = :name
