-- Databases of this server that everybody with a login may enter, the logins of a group among them. One row a database.
SELECT d.datname AS name
FROM pg_database AS d
WHERE d.datallowconn AND has_database_privilege('public', d.oid, 'CONNECT')
ORDER BY d.datname
