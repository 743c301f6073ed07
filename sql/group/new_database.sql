-- The statement that makes a database where there is none of that name; no row where there is one. Parameter: database.
WITH wanted AS (
  SELECT cast(:database AS TEXT) AS name
)

SELECT format('CREATE DATABASE %I', wanted.name) AS statement
FROM wanted
LEFT JOIN pg_database AS d ON wanted.name = d.datname
WHERE d.oid IS NULL
