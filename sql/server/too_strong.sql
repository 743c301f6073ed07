-- Our roles with a right that lets them past every other guard, by name: a superuser's, that of making roles or databases, that of passing
-- row-level security or of copying the server, the membership of another role; and a keeper that can log in.
SELECT role.rolname AS name
FROM pg_roles AS role
WHERE
  role.rolname IN (
    'homeground_keeper', 'homeground_pipeline', 'homeground_professional', 'homeground_community', 'homeground_questions'
  )
  AND (
    role.rolsuper
    OR role.rolcreaterole
    OR role.rolcreatedb
    OR role.rolbypassrls
    OR role.rolreplication
    OR (role.rolcanlogin AND role.rolname = 'homeground_keeper')
    OR role.oid IN (SELECT member FROM pg_auth_members)
  )
ORDER BY role.rolname
