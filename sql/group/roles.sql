-- The mark of a group's server, and our roles as a group has them: they own the rights, and nobody logs in as them. Safe to run again.
DO $$
DECLARE
  v_role TEXT;
BEGIN
  FOREACH v_role IN ARRAY ARRAY[
    'homeground_group', 'homeground_pipeline', 'homeground_professional', 'homeground_community', 'homeground_questions'
  ] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
      EXECUTE format('CREATE ROLE %I', v_role);
    END IF;
    EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', v_role);
    -- a session that took the role on may give it settings; they hold for nobody while nobody logs in as it
    EXECUTE format('ALTER ROLE %I RESET ALL', v_role);
  END LOOP;
END
$$;
