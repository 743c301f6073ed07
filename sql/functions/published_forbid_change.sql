-- What was published stays as it was seen, even for the owner: figures, places, sources, answers, withdrawals and the counts that each
-- release saw are only ever added, and those of a release only in the transaction that publishes it (published_close_release). Of a
-- release the status alone may change: from current to superseded or withdrawn, from superseded to withdrawn, and never back.
CREATE OR REPLACE FUNCTION published.forbid_change() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME;
END
$$;

CREATE OR REPLACE FUNCTION published.allow_status_only() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) - 'status' - 'closed' <> to_jsonb(OLD) - 'status' - 'closed' THEN
    RAISE EXCEPTION 'published.release is append-only: its status alone may change';
  END IF;
  IF OLD.closed AND NOT NEW.closed THEN
    RAISE EXCEPTION 'a release that was published stays closed';
  END IF;
  IF OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn' THEN
    RAISE EXCEPTION 'a withdrawn release stays withdrawn';
  END IF;
  IF OLD.status = 'superseded' AND NEW.status = 'current' THEN
    RAISE EXCEPTION 'a superseded release does not become current again';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER release_status_only
BEFORE UPDATE ON published.release
FOR EACH ROW EXECUTE FUNCTION published.allow_status_only();

CREATE OR REPLACE TRIGGER release_append_only
BEFORE DELETE OR TRUNCATE ON published.release
FOR EACH STATEMENT EXECUTE FUNCTION published.forbid_change();

CREATE OR REPLACE TRIGGER release_count_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.release_count
FOR EACH STATEMENT EXECUTE FUNCTION published.forbid_change();
