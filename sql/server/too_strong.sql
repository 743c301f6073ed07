-- Our roles with a right that lets them past every other guard, by name: a superuser's, that of making roles or databases, that of passing
-- row-level security or of copying the server, the membership of another role; and a keeper that can log in. A login of a group's force
-- ('homeground group prepare') is a member of its own role alone, and has that role's rights where it takes it on, never by itself.
WITH ours AS (
  SELECT
    role.oid,
    role.rolname,
    role.rolsuper OR role.rolcreaterole OR role.rolcreatedb OR role.rolbypassrls OR role.rolreplication AS has_more,
    role.rolcanlogin,
    role.rolinherit,
    role.rolname IN (
      'homeground_keeper', 'homeground_pipeline', 'homeground_professional', 'homeground_community', 'homeground_questions'
    ) AS is_shared
  FROM pg_roles AS role
  WHERE
    role.rolname IN (
      'homeground_keeper', 'homeground_pipeline', 'homeground_professional', 'homeground_community', 'homeground_questions'
    )
    OR (
      role.rolname ~ '^homeground_(pipeline|professional|community|questions)_'
      AND 'homeground_group' IN (SELECT mark.rolname FROM pg_roles AS mark)
    )
)

SELECT rolname AS name
FROM ours
WHERE
  has_more
  OR (rolcanlogin AND rolname = 'homeground_keeper')
  OR (is_shared AND oid IN (SELECT m.member FROM pg_auth_members AS m))
  OR (
    NOT is_shared AND (
      rolinherit
      OR EXISTS (
        SELECT
        FROM pg_auth_members AS m
        INNER JOIN pg_roles AS given ON m.roleid = given.oid
        WHERE m.member = ours.oid AND (m.admin_option OR NOT starts_with(cast(ours.rolname AS TEXT), given.rolname || '_'))
      )
    )
  )
ORDER BY rolname
