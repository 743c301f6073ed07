-- Databases of this server, beside the group's own, that roles of ours or logins of this group may enter by a right of their own: an
-- installation of one force, another group, or the database of a force before it was renamed. One row a database and role.
-- Parameters: databases (the group's own), logins (the group's own).
SELECT
  d.datname AS database,
  min(cast(role.rolname AS TEXT)) AS role
FROM pg_database AS d
CROSS JOIN aclexplode(d.datacl) AS acl
INNER JOIN pg_roles AS role ON acl.grantee = role.oid
WHERE
  acl.privilege_type = 'CONNECT'
  AND d.datname NOT IN (SELECT unnest(cast(:databases AS TEXT[])))
  AND (
    role.rolname IN ('homeground_pipeline', 'homeground_professional', 'homeground_community', 'homeground_questions')
    OR role.rolname IN (SELECT unnest(cast(:logins AS TEXT[])))
  )
GROUP BY d.datname
ORDER BY d.datname
