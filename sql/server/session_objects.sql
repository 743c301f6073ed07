-- One row a role that may make temporary objects in this database and should not.
SELECT role.rolname AS name
FROM pg_roles AS role
WHERE
  role.rolname IN ('homeground_professional', 'homeground_community', 'homeground_questions')
  AND has_database_privilege(role.oid, current_database(), 'TEMPORARY')
