-- Gives the keeper what of ours another role owns: databases from before there was a keeper, and what somebody made by hand.
DO $$
DECLARE
  v_ours CONSTANT TEXT[] := ARRAY['raw', 'place', 'record', 'analysis', 'published', 'audit', 'queue', 'counted', 'person', 'asked', 'answered', 'steward', 'hub', 'problem'];
  v_keeper CONSTANT OID := 'homeground_keeper'::REGROLE;
  v_found RECORD;
BEGIN
  FOR v_found IN SELECT nspname FROM pg_namespace WHERE nspname = ANY (v_ours) AND nspowner <> v_keeper LOOP
    EXECUTE format('ALTER SCHEMA %I OWNER TO homeground_keeper', v_found.nspname);
  END LOOP;
  -- a sequence of a column goes with its table
  FOR v_found IN
    SELECT
      n.nspname,
      c.relname
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE
      (n.nspname = ANY (v_ours) OR c.oid = to_regclass('homeground_migration'))
      AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND c.relowner <> v_keeper
      AND NOT (
        c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
      )
  LOOP
    EXECUTE format('ALTER TABLE %I.%I OWNER TO homeground_keeper', v_found.nspname, v_found.relname);
  END LOOP;
  FOR v_found IN
    SELECT p.oid::REGPROCEDURE AS routine
    FROM pg_proc AS p
    INNER JOIN pg_namespace AS n ON p.pronamespace = n.oid
    WHERE n.nspname = ANY (v_ours) AND p.proowner <> v_keeper
  LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO homeground_keeper', v_found.routine);
  END LOOP;
  -- enumerations, domains and types of their own; those of tables go with their tables
  FOR v_found IN
    SELECT t.oid::REGTYPE AS type
    FROM pg_type AS t
    INNER JOIN pg_namespace AS n ON t.typnamespace = n.oid
    LEFT JOIN pg_class AS c ON t.typrelid = c.oid
    WHERE
      n.nspname = ANY (v_ours)
      AND t.typowner <> v_keeper
      AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
  LOOP
    EXECUTE format('ALTER TYPE %s OWNER TO homeground_keeper', v_found.type);
  END LOOP;
END
$$;
