-- Statements that make a login, or make it anew what it should be: a member of one role of ours, which it takes on when it enters its own
-- database, and without a right of its own. In order, one row a statement. Limits are the login's, because those of a role that nobody
-- logs in as hold for nobody. Parameters: login, role, database, password, most (connections), settings (name=value of each session).
SELECT made.statement
FROM (
  SELECT
    1 AS place,
    format(
      '%s ROLE %I LOGIN NOINHERIT CONNECTION LIMIT %s PASSWORD %L',
      CASE WHEN cast(:login AS TEXT) IN (SELECT role.rolname FROM pg_roles AS role) THEN 'ALTER' ELSE 'CREATE' END,
      cast(:login AS TEXT), cast(:most AS INTEGER), cast(:password AS TEXT)
    ) AS statement
  UNION ALL
  SELECT
    2 AS place,
    format('ALTER ROLE %I RESET ALL', cast(:login AS TEXT)) AS statement
  UNION ALL
  SELECT
    3 AS place,
    format('ALTER ROLE %I SET %I = %L', cast(:login AS TEXT), split_part(pair, '=', 1), split_part(pair, '=', 2)) AS statement
  FROM unnest(cast(:settings AS TEXT[])) AS setting (pair)
  UNION ALL
  SELECT
    4 AS place,
    format('GRANT %I TO %I', cast(:role AS TEXT), cast(:login AS TEXT)) AS statement
  UNION ALL
  SELECT
    5 AS place,
    format('ALTER ROLE %I IN DATABASE %I RESET ALL', cast(:login AS TEXT), cast(:database AS TEXT)) AS statement
  UNION ALL
  SELECT
    6 AS place,
    format('ALTER ROLE %I IN DATABASE %I SET role = %L', cast(:login AS TEXT), cast(:database AS TEXT), cast(:role AS TEXT)) AS statement
) AS made
ORDER BY made.place, made.statement
