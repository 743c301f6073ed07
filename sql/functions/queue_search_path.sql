-- Binds every function of the queue to its own schema, so that none of them depends on the search path of whoever calls it.
DO $$
DECLARE
  v_function REGPROCEDURE;
BEGIN
  FOR v_function IN SELECT p.oid FROM pg_proc AS p WHERE p.pronamespace = 'queue'::REGNAMESPACE LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = queue, pg_temp', v_function);
  END LOOP;
END
$$;
