-- A release is closed at the end of the transaction that publishes it. Until then nobody else sees it; afterwards nothing is added to it.

-- A new release is open, whatever was written.
CREATE OR REPLACE FUNCTION published.open_release() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.closed := FALSE;
  RETURN NEW;
END
$$;

-- With the owner's rights: nobody else may say that a release is closed.
CREATE OR REPLACE FUNCTION published.close_release() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE published.release SET closed = TRUE WHERE release_id = NEW.release_id;
  RETURN NULL;
END
$$;

-- Looked at when the transaction ends: a release is superseded by another and by nothing else, and withdrawn with a reason that all can
-- read.
CREATE OR REPLACE FUNCTION published.check_status() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.status = 'superseded' AND NOT EXISTS (SELECT FROM published.release WHERE status = 'current') THEN
    RAISE EXCEPTION 'a release is superseded by the next one alone: none is current';
  END IF;
  IF NEW.status = 'withdrawn' AND NOT EXISTS (SELECT FROM published.withdrawal WHERE release_id = NEW.release_id) THEN
    RAISE EXCEPTION 'a release is withdrawn with a reason in published.withdrawal';
  END IF;
  RETURN NULL;
END
$$;

-- A reason stands with a release that is withdrawn, and with no other.
CREATE OR REPLACE FUNCTION published.check_withdrawal() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM published.release WHERE release_id = NEW.release_id AND status <> 'withdrawn') THEN
    RAISE EXCEPTION 'release % is not withdrawn', NEW.release_id;
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION published.forbid_addition() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT
    FROM (SELECT DISTINCT release_id FROM added) AS a
    INNER JOIN published.release AS r ON a.release_id = r.release_id
    WHERE r.closed
  ) THEN
    RAISE EXCEPTION '%.%: a release that was published is closed', TG_TABLE_SCHEMA, TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER release_opens
BEFORE INSERT ON published.release
FOR EACH ROW EXECUTE FUNCTION published.open_release();

-- Every table that says its release is closed with it, unless it is named here: answers and withdrawals come later.
DO $$
DECLARE
  v_table RECORD;
BEGIN
  FOR v_table IN
    SELECT
      n.nspname,
      c.relname
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
    WHERE
      ((n.nspname = 'published' AND c.relname <> 'release') OR (n.nspname = 'audit' AND c.relname IN ('release_count', 'search_count')))
      AND c.relkind IN ('r', 'p')
      AND a.attname = 'release_id'
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I.%I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION published.forbid_change()',
      v_table.relname || '_append_only', v_table.nspname, v_table.relname
    );
    CONTINUE WHEN v_table.relname IN ('answer', 'withdrawal');
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %I.%I REFERENCING NEW TABLE AS added'
      ' FOR EACH STATEMENT EXECUTE FUNCTION published.forbid_addition()',
      v_table.relname || '_closed', v_table.nspname, v_table.relname
    );
  END LOOP;
  -- PostgreSQL replaces no constraint trigger, so each is made once
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'release_closes' AND tgrelid = 'published.release'::REGCLASS) THEN
    CREATE CONSTRAINT TRIGGER release_closes AFTER INSERT ON published.release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION published.close_release();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'release_status_stands' AND tgrelid = 'published.release'::REGCLASS) THEN
    CREATE CONSTRAINT TRIGGER release_status_stands AFTER UPDATE OF status ON published.release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION published.check_status();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'withdrawal_stands' AND tgrelid = 'published.withdrawal'::REGCLASS) THEN
    CREATE CONSTRAINT TRIGGER withdrawal_stands AFTER INSERT ON published.withdrawal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION published.check_withdrawal();
  END IF;
END
$$;
