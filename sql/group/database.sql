-- Statements that open a database of a group to its own logins and to nobody else. In order, one row a statement.
-- Parameters: database, logins (those of its own).
WITH given AS (
  SELECT DISTINCT role.rolname
  FROM pg_database AS d
  CROSS JOIN aclexplode(d.datacl) AS acl
  INNER JOIN pg_roles AS role ON acl.grantee = role.oid
  WHERE
    d.datname = :database
    AND role.rolname ~ '^homeground_(pipeline|professional|community|questions)(_|$)'
    AND role.rolname NOT IN (SELECT unnest(cast(:logins AS TEXT[])))
)

SELECT made.statement
FROM (
  SELECT
    1 AS place,
    format('REVOKE CONNECT ON DATABASE %I FROM public', cast(:database AS TEXT)) AS statement
  UNION ALL
  SELECT
    2 AS place,
    format('REVOKE CONNECT ON DATABASE %I FROM %I', cast(:database AS TEXT), rolname) AS statement
  FROM given
  UNION ALL
  SELECT
    3 AS place,
    format('GRANT CONNECT ON DATABASE %I TO homeground_group', cast(:database AS TEXT)) AS statement
  UNION ALL
  SELECT
    4 AS place,
    format('GRANT CONNECT ON DATABASE %I TO %I', cast(:database AS TEXT), name) AS statement
  FROM unnest(cast(:logins AS TEXT[])) AS login (name)
) AS made
ORDER BY made.place, made.statement
