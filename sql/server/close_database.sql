-- Who may do what in the database itself and in the schema public, which PostgreSQL opens to everybody. Run by whoever migrates, in the
-- database that is meant.
DO $$
BEGIN
  -- an object of a session stands before one of the same name wherever a search path does not say otherwise
  EXECUTE format(
    'REVOKE TEMPORARY ON DATABASE %I FROM public, homeground_professional, homeground_community, homeground_questions', current_database()
  );
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO homeground_pipeline', current_database());
  IF (SELECT role.rolcanlogin FROM pg_roles AS role WHERE role.rolname = 'homeground_pipeline') THEN
    EXECUTE format(
      'GRANT CONNECT ON DATABASE %I TO homeground_pipeline, homeground_professional, homeground_community, homeground_questions',
      current_database()
    );
  ELSE
    -- in a group of forces nobody logs in as these roles: each force has logins of its own, which alone enter its database
    EXECUTE format(
      'REVOKE CONNECT ON DATABASE %I FROM public, homeground_pipeline, homeground_professional, homeground_community, homeground_questions',
      current_database()
    );
  END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO homeground_keeper', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM public;
GRANT USAGE ON SCHEMA public TO homeground_pipeline, homeground_professional, homeground_community;
GRANT USAGE, CREATE ON SCHEMA public TO homeground_keeper;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM public;
GRANT SELECT ON public.spatial_ref_sys TO homeground_pipeline, homeground_professional, homeground_keeper;

-- PostGIS's st_estimatedextent reads the statistics of any table with the rights of whoever made the extension. Where a superuser of the
-- server made it and another account migrates, it stays open, and tells the extent of a table with shapes.
DO $$
DECLARE
  v_function REGPROCEDURE;
BEGIN
  FOR v_function IN
    SELECT p.oid
    FROM pg_proc AS p
    WHERE p.prosecdef AND p.pronamespace = 'public'::REGNAMESPACE AND pg_has_role(current_user, p.proowner, 'USAGE')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM public', v_function);
  END LOOP;
END
$$;
