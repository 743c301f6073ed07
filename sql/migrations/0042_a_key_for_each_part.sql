-- Each part of analysis.count_month gets a key of its own, without the two columns that are the same in all of its rows
-- (sql/functions/count_month_indexes.sql says why; whoever counts anew lays these keys aside and makes them again).
ALTER TABLE analysis.count_month DROP CONSTRAINT IF EXISTS count_month_pkey;

DO $$
DECLARE
  v_part REGCLASS;
  v_key TEXT;
BEGIN
  FOR v_part, v_key IN
    SELECT t.relid, format('%s_pkey', c.relname)
    FROM pg_partition_tree('analysis.count_month') AS t
    INNER JOIN pg_class AS c ON t.relid = c.oid
    WHERE t.isleaf
  LOOP
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I PRIMARY KEY (code, category, month)', v_part, v_key);
  END LOOP;
END
$$;
