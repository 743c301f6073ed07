-- What a load leaves, as empty tables without keys in a schema of the benchmark's own: incidents by month as record.incident is, their
-- locations, where those lie, and the counts. Read by core.db.run_script.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.incident (LIKE record.incident INCLUDING ALL) PARTITION BY RANGE (month);
CREATE TABLE bench.location (LIKE record.location);
CREATE TABLE bench.location_place (LIKE place.location_place);
CREATE TABLE bench.count_month (LIKE analysis.count_month INCLUDING CONSTRAINTS);

DO $$
DECLARE
  v_part RECORD;
BEGIN
  FOR v_part IN
    SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bounds
    FROM pg_inherits AS i
    INNER JOIN pg_class AS c ON i.inhrelid = c.oid
    WHERE i.inhparent = 'record.incident'::REGCLASS
  LOOP
    EXECUTE format('CREATE TABLE bench.%I PARTITION OF bench.incident %s', v_part.relname, v_part.bounds);
  END LOOP;
END
$$;
