-- Refreshes the planner's statistics of one schema, or of one table of it (schema.table). Runs as the owner, because the pipeline owns
-- no table. Rows that a stage has just written are unknown to the planner until then, and it joins millions of them as if they were few.
-- A partitioned table is measured from a twentieth of the usual sample: PostgreSQL measures each of its parts as well, and the plans rest
-- on how many rows and how many distinct values there are, which 1,500 rows a part tell well enough.
CREATE OR REPLACE FUNCTION record.refresh_statistics(p_schema TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_usual TEXT := current_setting('default_statistics_target');
  v_table RECORD;
BEGIN
  -- analysing a partitioned table analyses its partitions, so they are not named again
  FOR v_table IN
    SELECT relname, relkind FROM pg_class
    WHERE relnamespace = split_part(p_schema, '.', 1)::REGNAMESPACE AND relkind IN ('r', 'p') AND NOT relispartition
      AND split_part(p_schema, '.', 2) IN ('', relname)
  LOOP
    PERFORM set_config('default_statistics_target', CASE WHEN v_table.relkind = 'p' THEN '5' ELSE v_usual END, TRUE);
    EXECUTE format('ANALYZE %I.%I', split_part(p_schema, '.', 1), v_table.relname);
  END LOOP;
  PERFORM set_config('default_statistics_target', v_usual, TRUE);
END
$$;
