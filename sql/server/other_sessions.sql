-- How many sessions of clients there are in the whole server besides this one. One row.
SELECT count(*) AS sessions
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
