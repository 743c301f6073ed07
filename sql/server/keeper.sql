-- The role that owns schemas, tables and functions: it has no right but that, and nobody logs in as it. Whoever migrates is a member of it,
-- where no superuser. Two databases of one server may make it at once: the second waits for the first and finds it made.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'homeground_keeper') THEN
    CREATE ROLE homeground_keeper NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;

-- Roles belong to the server, so one migration at a time in all of its databases. An advisory lock holds in one database alone; the lock
-- that a comment takes on its role holds on the server, and until the transaction ends.
COMMENT ON ROLE homeground_keeper IS 'owns the schemas, tables and functions of Homeground; nobody logs in as it';

DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'homeground_keeper', 'USAGE') THEN
    GRANT homeground_keeper TO CURRENT_USER;
  END IF;
END
$$;
