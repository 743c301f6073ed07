-- Takes from everybody what PostgreSQL lets everybody do beside tables: large objects, advisory locks, which another role may wait for, and
-- the sizes and row counts of tables that one may not read. Only a superuser may; safe to run again.
DO $$
DECLARE
  v_function RECORD;
  v_columns TEXT;
BEGIN
  FOR v_function IN
    SELECT
      p.oid::REGPROCEDURE AS name,
      p.proname LIKE 'pg\_%advisory%' AS is_lock
    FROM pg_proc AS p
    WHERE
      p.pronamespace = 'pg_catalog'::REGNAMESPACE
      AND has_function_privilege('public', p.oid, 'EXECUTE')
      AND (
        p.proname LIKE 'lo\_%'
        OR p.proname IN ('loread', 'lowrite')
        OR p.proname LIKE 'pg\_%advisory%'
        OR (p.proname LIKE 'pg\_stat\_get\_%' AND p.proargtypes = '26'::OIDVECTOR)
        OR p.proname IN (
          'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size', 'pg_database_size', 'pg_tablespace_size',
          'pg_relation_filepath'
        )
      )
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM public', v_function.name);
    IF v_function.is_lock THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO homeground_pipeline, homeground_keeper', v_function.name);
    END IF;
  END LOOP;
  -- the planner's row count is that of the last ANALYZE: of a month's partition it is the exact number of its records
  IF has_column_privilege('public', 'pg_class'::REGCLASS, 'reltuples', 'SELECT') THEN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    INTO v_columns
    FROM pg_attribute
    WHERE attrelid = 'pg_class'::REGCLASS AND attnum > 0 AND attname NOT IN ('reltuples', 'relpages', 'relallvisible');
    REVOKE SELECT ON pg_class FROM public;
    EXECUTE format('GRANT SELECT (%s) ON pg_class TO public', v_columns);
    GRANT SELECT ON pg_class TO homeground_pipeline, homeground_keeper;
  END IF;
END
$$;
