-- Refreshes the planner's statistics of one schema. Runs as the owner, because the pipeline owns no table. Rows that a stage has
-- just written are unknown to the planner until then, and it joins millions of them as if they were few.
CREATE OR REPLACE FUNCTION record.refresh_statistics(p_schema TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_table TEXT;
BEGIN
  -- analysing a partitioned table analyses its partitions, so they are not named again
  FOR v_table IN
    SELECT relname FROM pg_class WHERE relnamespace = p_schema::REGNAMESPACE AND relkind IN ('r', 'p') AND NOT relispartition
  LOOP
    EXECUTE format('ANALYZE %I.%I', p_schema, v_table);
  END LOOP;
END
$$;
