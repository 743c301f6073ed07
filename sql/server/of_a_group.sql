-- Whether this server is that of a group of forces, and whether this database is one of the group's. 'homeground group prepare' makes the
-- role homeground_group as the mark of both; nobody logs in as it. One row.
WITH entered AS (
  SELECT d.oid
  FROM pg_database AS d
  CROSS JOIN aclexplode(d.datacl) AS given
  INNER JOIN pg_roles AS role ON given.grantee = role.oid
  WHERE d.datname = current_database() AND given.privilege_type = 'CONNECT' AND role.rolname = 'homeground_group'
),

marked AS (
  SELECT role.oid
  FROM pg_roles AS role
  WHERE role.rolname = 'homeground_group'
)

SELECT
  (SELECT count(*) FROM marked) > 0 AS server,
  (SELECT count(*) FROM entered) > 0 AS database
