-- Sessions of clients whose open transaction has changed something, the longest first: one of them may have changed a role or a database,
-- for which 'homeground group prepare' has to wait. The server tells all of them to a superuser alone. One row a session.
SELECT
  pid,
  cast(usename AS TEXT) AS login,
  cast(datname AS TEXT) AS database
FROM pg_stat_activity
WHERE backend_xid IS NOT NULL AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY xact_start ASC
