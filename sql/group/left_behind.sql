-- Logins of forces that the file of the group does not name, with the databases that they may still enter: of a force that left, or that
-- has another slug now. One row a database. Parameter: logins (those of the group).
SELECT
  cast(d.datname AS TEXT) AS database,
  string_agg(cast(role.rolname AS TEXT), ', ' ORDER BY role.rolname) AS logins
FROM pg_database AS d
CROSS JOIN aclexplode(d.datacl) AS acl
INNER JOIN pg_roles AS role ON acl.grantee = role.oid
WHERE
  acl.privilege_type = 'CONNECT'
  AND role.rolcanlogin
  AND role.rolname ~ '^homeground_(pipeline|professional|community|questions)_'
  AND role.rolname NOT IN (SELECT unnest(cast(:logins AS TEXT[])))
GROUP BY d.datname
ORDER BY d.datname
