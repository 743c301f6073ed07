-- The chain is append-only even for its owner: change and removal raise.
CREATE OR REPLACE FUNCTION audit.forbid_change() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'audit.event is append-only';
END
$$;

CREATE OR REPLACE TRIGGER event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.event
FOR EACH STATEMENT EXECUTE FUNCTION audit.forbid_change();
