-- What holds of problem files whoever writes them, the owner too: rows are added and never changed, and a plan comes before its response.

CREATE OR REPLACE FUNCTION problem.forbid_change() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME;
END
$$;

-- A plan is written while the response has no start, at the time that the database knows. Where its month has begun it is a look back.
CREATE OR REPLACE FUNCTION problem.check_plan() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM problem.file AS f WHERE f.file_id = NEW.file_id FOR UPDATE;
  IF EXISTS (SELECT FROM problem.response AS r WHERE r.file_id = NEW.file_id) THEN
    RAISE EXCEPTION 'the response of file % has its start, and its plan stands', NEW.file_id USING ERRCODE = 'HG033';
  END IF;
  NEW.written_at := clock_timestamp();
  NEW.looks_back := NEW.starts <= (NEW.written_at AT TIME ZONE 'UTC')::DATE;
  RETURN NEW;
END
$$;

-- A response starts by the newest plan, in the month of that plan, and after the day on which it was written unless it is a look back.
CREATE OR REPLACE FUNCTION problem.check_response() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_plan problem.plan%ROWTYPE;
BEGIN
  PERFORM FROM problem.file AS f WHERE f.file_id = NEW.file_id FOR UPDATE;
  SELECT p.* INTO v_plan FROM problem.plan AS p WHERE p.file_id = NEW.file_id ORDER BY p.plan_id DESC LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'file % has no plan, and no response starts without one', NEW.file_id USING ERRCODE = 'HG032';
  END IF;
  IF
    date_trunc('month', NEW.starts_on)::DATE <> v_plan.starts
    OR (NOT v_plan.looks_back AND NEW.starts_on <= (v_plan.written_at AT TIME ZONE 'UTC')::DATE)
  THEN
    RAISE EXCEPTION 'the plan of file % is for another start', NEW.file_id USING ERRCODE = 'HG034';
  END IF;
  NEW.plan_id := v_plan.plan_id;
  NEW.written_at := clock_timestamp();
  RETURN NEW;
END
$$;

-- A result is of the plan that the response stands on.
CREATE OR REPLACE FUNCTION problem.check_result() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM problem.response AS r WHERE r.file_id = NEW.file_id AND r.plan_id = NEW.plan_id) THEN
    RAISE EXCEPTION 'file % has no response by that plan', NEW.file_id USING ERRCODE = 'HG035';
  END IF;
  NEW.read_at := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER plan_in_order BEFORE INSERT ON problem.plan FOR EACH ROW EXECUTE FUNCTION problem.check_plan();
CREATE OR REPLACE TRIGGER response_in_order
BEFORE INSERT ON problem.response FOR EACH ROW EXECUTE FUNCTION problem.check_response();
CREATE OR REPLACE TRIGGER result_in_order BEFORE INSERT ON problem.result FOR EACH ROW EXECUTE FUNCTION problem.check_result();

DO $$
DECLARE
  v_table TEXT;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['file', 'writing', 'plan', 'response', 'commitment', 'kept', 'result', 'proposal', 'verdict'] LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER %1$I BEFORE UPDATE OR DELETE OR TRUNCATE ON problem.%2$I'
      || ' FOR EACH STATEMENT EXECUTE FUNCTION problem.forbid_change()', v_table || '_append_only', v_table
    );
  END LOOP;
END
$$;
