-- One row where the server has a database of that name.
SELECT 1 AS found
FROM pg_database
WHERE datname = :name
